import {
  type AnswerOperation,
  answerRoutes,
  LONGEST_SEARCH,
  limits,
  type RequestOperation,
  requestRoutes,
  type SettingsOperation,
  settingsRoutes,
  type VideoOperation,
  videoRoutes,
} from "@callboard/protocol";
import { answerAnswers, answersAbout } from "./answers.ts";
import { type About, type Answers, requestAnswers, requestsAbout } from "./requests.ts";
import { documentSchemas, idSchemas, type JsonSchema, type SchemaName, schemaRef } from "./schemas.ts";
import { settingsAbout, settingsAnswers } from "./settings.ts";
import { videoAnswers, videosAbout } from "./videos.ts";

type Operation = RequestOperation | AnswerOperation | SettingsOperation | VideoOperation;

/** An operation as the document has it, whichever function serves it. */
interface Described {
  readonly method: string;
  readonly path: string;
  readonly about: About;
  readonly answers: Answers;
  /** Of the part of its path that is a variable. */
  readonly id?: { readonly description: string; readonly schema: JsonSchema };
  readonly body?: SchemaName;
  /** Whether nobody has to sign in for it. */
  readonly isOpen?: boolean;
}

const bodies: Readonly<Partial<Record<Operation, SchemaName>>> = {
  replyToRequest: "ReplyBody",
  viewAnswer: "ViewAnswer",
  giveAnswer: "GiveAnswer",
  changeSettings: "ChangeSettings",
  confirmAddress: "ConfirmAddress",
  prepareVideo: "PrepareVideo",
  playSample: "PlaySample",
  startVideo: "StartVideo",
  stopVideo: "NoBody",
  retryVideo: "NoBody",
};

/** The operations of a part of the API. */
const part = <O extends Operation>(
  routes: Readonly<Record<O, Pick<Described, "method" | "path">>>,
  about: Readonly<Record<O, About>>,
  answers: Readonly<Record<O, Answers>>,
  more: Pick<Described, "id" | "isOpen"> = {},
): (readonly [string, Described])[] =>
  (Object.keys(routes) as O[]).map((name) => {
    const body = bodies[name];
    const known = { ...routes[name], about: about[name], answers: answers[name] };
    return [name, { ...known, ...more, ...(body ? { body } : {}) }];
  });

const ids = idSchemas();

const described: Readonly<Record<string, Described>> = Object.fromEntries([
  ...part(requestRoutes, requestsAbout, requestAnswers, {
    id: { description: "The request's id.", schema: ids.request },
  }),
  ...part(answerRoutes, answersAbout, answerAnswers, {
    id: { description: "The token to unsubscribe with.", schema: ids.token },
    isOpen: true,
  }),
  ...part(settingsRoutes, settingsAbout, settingsAnswers),
  ...part(videoRoutes, videosAbout, videoAnswers, {
    id: { description: "The video's id.", schema: ids.video },
  }),
]);

const queries: Readonly<Partial<Record<string, readonly object[]>>> = {
  findPeople: [
    {
      name: "request",
      in: "query",
      required: true,
      description: "The request that is to be put to others.",
      schema: ids.request,
    },
    {
      name: "name",
      in: "query",
      required: true,
      description: "The beginnings of words of a name or an id, with spaces between them.",
      schema: { type: "string", minLength: 1, maxLength: LONGEST_SEARCH },
    },
  ],
};

const requestBody = (schema: SchemaName) => ({
  required: true,
  description: `At most ${limits.clientMessageBytes.toLocaleString("en-US")} bytes.`,
  content: { "application/json": { schema: schemaRef(schema) } },
});

/** The HTTP API as an OpenAPI 3.1 document, made of the routes and schemas that the handler itself uses. */
export function openApiDocument() {
  const paths: Record<string, Record<string, object>> = {};
  for (const [operationId, { method, path, about, answers, id, body, isOpen }] of Object.entries(described)) {
    const [, variable] = /\{(\w+)\}/.exec(path) ?? [];
    paths[path] = {
      ...paths[path],
      [method.toLowerCase()]: {
        operationId,
        ...about,
        ...(isOpen ? { security: [] } : {}),
        ...(variable ? { parameters: [{ name: variable, in: "path", required: true, ...id }] } : {}),
        ...(queries[operationId] ? { parameters: queries[operationId] } : {}),
        ...(body ? { requestBody: requestBody(body) } : {}),
        responses: responsesOf(answers),
      },
    };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Callboard over HTTP",
      version: "1.0.0",
      description:
        "Lists, shows and answers the questions of workflows, for scripts, chat buttons and networks that block WebSockets; the decisions, receipts and limits are those of the WebSocket API. Takes the answers of people who were told by mail or webhook, without signing in. Shows and changes how one is reached when one is away. Starts, stops and lists videos where the post-processing is. A path of requests that is asked by another method than those named here is answered by 405 with `Allow`, any other by 404. Clients ignore fields that they do not know.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "http://127.0.0.1:3001", description: "On one machine" }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "The token that opens a WebSocket as well.",
        },
      },
      schemas: documentSchemas(),
    },
  };
}

const responsesOf = (of: Answers) =>
  Object.fromEntries(
    Object.entries(of).map(([status, { description, bodies, headers }]) => [
      status,
      {
        description,
        ...(headers
          ? {
              headers: Object.fromEntries(
                Object.entries(headers).map(([name, what]) => [
                  name,
                  { description: what, schema: { type: "integer" } },
                ]),
              ),
            }
          : {}),
        content: { "application/json": { schema: schemaRef(...bodies) } },
      },
    ]),
  );
