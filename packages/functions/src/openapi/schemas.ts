import * as protocol from "@callboard/protocol";
import * as z from "zod/mini";

/** The gateway's own answers, which do not come from Callboard. */
const GatewayError = z.object({ message: z.string() });

/** Schemas of the document by name; a schema within another is a reference. */
const named = {
  RequestList: protocol.RequestList,
  RequestView: protocol.RequestView,
  PeopleFound: protocol.PeopleFound,
  HistoryPage: protocol.HistoryPage,
  HistoryEntry: protocol.HistoryEntry,
  RequestValue: protocol.RequestValue,
  CandidateValue: protocol.CandidateValue,
  Seen: protocol.Seen,
  Person: protocol.Person,
  RecordedReply: protocol.RecordedReply,
  DefaultReply: protocol.DefaultReply,
  ReplyBody: protocol.ReplyBody,
  ReplyReceipt: protocol.ReplyReceipt,
  ViewAnswer: protocol.ViewAnswer,
  AnswerView: protocol.AnswerView,
  GiveAnswer: protocol.GiveAnswer,
  ReachSettings: protocol.ReachSettings,
  ChangeSettings: protocol.ChangeSettings,
  ConfirmAddress: protocol.ConfirmAddress,
  VideoList: protocol.VideoList,
  OwnVideo: protocol.OwnVideo,
  PrepareVideo: protocol.PrepareVideo,
  PreparedVideo: protocol.PreparedVideo,
  PlaySample: protocol.PlaySample,
  StartVideo: protocol.StartVideo,
  StartedVideo: protocol.StartedVideo,
  NoBody: protocol.NoBody,
  VideoSubject: protocol.VideoSubject,
  HttpError: protocol.HttpError,
  GatewayError,
} as const;

export type SchemaName = keyof typeof named;

/** A JSON Schema, draft 2020-12, which OpenAPI 3.1 takes as it is. */
export type JsonSchema = Record<string, unknown>;

const addressOf = (name: string) => `#/components/schemas/${name}`;

/** A place in the document that holds a named schema, or one of several. */
export const schemaRef = (...names: readonly SchemaName[]): JsonSchema => {
  const refs = names.map((name) => ({ $ref: addressOf(name) }));
  return refs.length === 1 ? refs[0]! : { anyOf: refs };
};

/** The protocol's schemas as JSON Schemas; unknown fields are allowed, as in the protocol. */
export function documentSchemas(): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { io: "input", uri: addressOf });
  return Object.fromEntries(
    Object.keys(named).map((name) => {
      const { $schema: _, $id, ...schema } = schemas[name]!;
      return [name, schema as JsonSchema];
    }),
  );
}

/** The JSON Schemas of ids in paths and queries. */
export const idSchemas = (): Readonly<
  Record<"historyEntry" | "request" | "subject" | "token" | "video", JsonSchema>
> => ({
  historyEntry: withoutDialect(z.toJSONSchema(protocol.HistoryId)),
  subject: withoutDialect(z.toJSONSchema(protocol.Subject)),
  request: withoutDialect(z.toJSONSchema(protocol.RequestId)),
  token: withoutDialect(z.toJSONSchema(protocol.DoorToken)),
  video: withoutDialect(z.toJSONSchema(protocol.VideoId)),
});

function withoutDialect({ $schema: _, ...schema }: JsonSchema): JsonSchema {
  return schema;
}
