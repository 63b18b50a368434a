import * as z from "zod/mini";
import { defined } from "./defined.ts";
import { type ErrorCode, errorCodes, refusalCodes, subscribeErrors } from "./errors.ts";
import { readBy } from "./issues.ts";
import { judgeJson, readJson } from "./json-text.ts";
import { limits } from "./limits.ts";
import { Channel, Name, Principal, RequestId } from "./names.ts";
import { AttentionState, Digest, Source, Time, Verb } from "./shared-fields.ts";
import { byteLength } from "./text.ts";

const codes = <T extends object>(table: T) => z.enum(Object.keys(table) as [keyof T & string]);

const Epoch = z.string().check(z.minLength(1), z.maxLength(40));
const Offset = z.int().check(z.nonnegative());
/** A counter that the client increases with each subscribe or unsubscribe of a channel: the highest wins. */
const Sub = z.int().check(z.positive());
const SomeChannels = <T extends z.core.SomeType>(value: T) =>
  z.record(Channel, value).check(
    z.refine((channels) => Object.keys(channels).length <= limits.channelsPerMessage, {
      error: `at most ${limits.channelsPerMessage} channels`,
    }),
  );

/**
 * The state of a client's map: it contains everything up to `offset` of that `epoch`. `base` is copied from an answer
 * with `more`.
 */
export const Position = z.object({ epoch: Epoch, offset: Offset, base: z.optional(Offset) });
export type Position = z.infer<typeof Position>;

export const Subscribe = z.object({ sub: Sub, after: z.optional(Position) });
export type Subscribe = z.infer<typeof Subscribe>;

/** One key of a channel. Compare `version` as a string; `at` is when it happened. */
export const Item = z.object({
  key: z.string().check(z.minLength(1), z.maxLength(300)),
  value: z.unknown(),
  offset: Offset,
  version: z.string(),
  at: Time,
});
export type Item = z.infer<typeof Item>;

/** A person's answer, without the id of the request. */
export const ReplyBody = z.object({
  /** Created by the client, once for each answer of a person. */
  replyId: Name,
  /** The round of the request as the person saw it. */
  round: z.int(),
  verb: Verb,
  candidateId: z.optional(Name),
  source: z.optional(Source),
  value: z.optional(z.unknown()),
  comment: z.optional(z.string().check(z.maxLength(limits.commentLength))),
  /** The digest of the request as the person saw it; if it has changed since, the reply is refused as `stale`. */
  digest: z.optional(Digest),
});
export type ReplyBody = z.infer<typeof ReplyBody>;

const Id = { id: Name };

export const ClientMessage = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("hello"),
    ...Id,
    client: z.string().check(z.maxLength(100)),
    channels: z.optional(SomeChannels(Subscribe)),
  }),
  z.object({ type: z.literal("subscribe"), ...Id, channels: SomeChannels(Subscribe) }),
  z.object({ type: z.literal("unsubscribe"), ...Id, channels: SomeChannels(Sub) }),
  z.object({
    type: z.literal("reply"),
    ...Id,
    requestId: RequestId,
    ...ReplyBody.shape,
  }),
  z.object({ type: z.literal("attend"), ...Id, requestId: RequestId, state: AttentionState }),
  z.object({
    type: z.literal("extend"),
    ...Id,
    requestId: RequestId,
    /** When the request expires, in milliseconds; a time beyond the longest wait is refused as `invalid`. */
    deadline: z.number().check(z.refine(Number.isInteger, { error: "expected a whole number" })),
  }),
  z.object({
    type: z.literal("reassign"),
    ...Id,
    requestId: RequestId,
    assignees: z.array(Principal).check(z.minLength(1), z.maxLength(limits.assignees)),
  }),
  z.object({
    type: z.literal("resolve"),
    ...Id,
    /** `<channel>#<key>` of an item that contains a stored object. */
    ref: z.string().check(z.maxLength(600), z.regex(/^(watch|work|inbox|list):[^#]+#.+$/)),
  }),
  z.object({ type: z.literal("ping"), ...Id, at: SomeChannels(z.tuple([Epoch, Offset])) }),
]);
export type ClientMessage = z.infer<typeof ClientMessage>;
export type ClientMessageOf<T extends ClientMessage["type"]> = Extract<ClientMessage, { type: T }>;

/** The answer for one channel of a `subscribe`: what changed after the given position. */
export const Subscribed = z.union([
  z.object({
    sub: Sub,
    epoch: Epoch,
    offset: Offset,
    /** The given position cannot be used: discard the map, the items are the whole channel. */
    reset: z.optional(z.literal(true)),
    /** In the order of their offsets. */
    items: z.array(Item),
    /** There is more: subscribe again with `after`. */
    more: z.optional(z.literal(true)),
    /** The channel's head when the first page was read; repeat it in `after`. */
    base: z.optional(Offset),
  }),
  z.object({ sub: Sub, error: codes(subscribeErrors) }),
]);
export type Subscribed = z.infer<typeof Subscribed>;

const Re = { re: Name };

/** The first result of a reply: accepted, or refused with a code and its details. */
export const ReplyReceipt = z.object({
  requestId: RequestId,
  replyId: Name,
  status: z.enum(["accepted", "refused"]),
  code: z.optional(codes(refusalCodes)),
  details: z.optional(z.record(z.string(), z.unknown())),
});
export type ReplyReceipt = z.infer<typeof ReplyReceipt>;

export const ServerMessage = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("welcome"),
    ...Re,
    connectionId: z.string(),
    user: z.object({ id: z.string(), name: z.string(), roles: z.array(z.string()) }),
    inboxes: z.array(Channel),
    serverTime: Time,
    heartbeatMs: z.object({ watch: z.int(), work: z.int(), inbox: z.int(), list: z.optional(z.int()) }),
    expiresAt: Time,
    limits: z.record(z.string(), z.number()),
    features: z.array(z.string()),
    channels: z.optional(z.record(Channel, Subscribed)),
  }),
  z.object({ type: z.literal("subscribed"), ...Re, channels: z.record(Channel, Subscribed) }),
  z.object({ type: z.literal("unsubscribed"), ...Re, channels: z.record(Channel, Sub) }),
  z.object({
    type: z.literal("delta"),
    channel: Channel,
    epoch: Epoch,
    from: Offset,
    to: Offset,
    items: z.array(Item),
  }),
  z.object({
    type: z.literal("receipt"),
    ...Re,
    ...ReplyReceipt.shape,
  }),
  z.object({
    type: z.literal("acted"),
    ...Re,
    requestId: RequestId,
    action: z.enum(["attend", "extend", "reassign"]),
    status: z.enum(["accepted", "refused"]),
    code: z.optional(codes(refusalCodes)),
    details: z.optional(z.record(z.string(), z.unknown())),
  }),
  z.object({ type: z.literal("pong"), ...Re, behind: z.array(Channel), serverTime: Time }),
  z.object({ type: z.literal("resolved"), ...Re, ref: z.string(), url: z.string(), expiresAt: Time }),
  z.object({
    type: z.literal("error"),
    /** Absent if the message's id could not be read. */
    re: z.optional(Name),
    code: codes(errorCodes),
    message: z.string(),
    retry: z.enum(["never", "later", "reauthenticate"]),
    retryAfterMs: z.optional(z.int()),
    details: z.optional(z.record(z.string(), z.unknown())),
  }),
  z.object({
    type: z.literal("bye"),
    code: z.enum(["token_expired", "connection_too_old", "going_away"]),
    retry: z.enum(["never", "later", "reauthenticate"]),
    afterMs: z.optional(z.int()),
  }),
]);
export type ServerMessage = z.infer<typeof ServerMessage>;
export type ServerMessageOf<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;

/** Creates an `error` from the table of codes. */
export function errorMessage(
  code: ErrorCode,
  more: {
    re?: string | undefined;
    message?: string;
    details?: Record<string, unknown>;
    retryAfterMs?: number;
  } = {},
): ServerMessageOf<"error"> {
  const { retry, message } = errorCodes[code];
  return {
    type: "error",
    ...(more.re === undefined ? {} : { re: more.re }),
    code,
    message: more.message ?? message,
    retry,
    ...(more.retryAfterMs === undefined ? {} : { retryAfterMs: more.retryAfterMs }),
    ...(more.details === undefined ? {} : { details: more.details }),
  };
}

/** The result of parsing a client's message. */
export type Parsed<T> =
  | {
      readonly ok: true;
      readonly message: T;
      /** Numbers in a reply's `value` that parsing changed: such a reply is refused as `invalid`. */
      readonly lost: readonly string[];
    }
  | { readonly ok: false; readonly error: ServerMessageOf<"error"> };

/** Parses a client's message; an invalid one becomes the `error` to answer with. */
export function parseClientMessage(text: string): Parsed<ClientMessage> {
  if (byteLength(text) > limits.clientMessageBytes)
    return {
      ok: false,
      error: errorMessage("bad_message", { message: `over ${limits.clientMessageBytes} bytes` }),
    };
  const read = readJson(text);
  if (!read) return { ok: false, error: errorMessage("bad_message", { message: "the message is not JSON" }) };
  const { id, type } = (read.json ?? {}) as { id?: unknown; type?: unknown };
  const schema = ClientMessage.def.options.find((option) => option.shape.type.def.values[0] === type);
  const refused = (code: "bad_message" | "unknown_type", details?: { issues: readonly string[] }) =>
    ({ ok: false, error: errorMessage(code, defined({ re: Name.safeParse(id).data, details })) }) as const;
  const bad = (issues: readonly string[]) => refused("bad_message", { issues });
  const { issues, lost } = judgeJson(read, schema?.shape ?? {});
  if (issues.length > 0) return bad(issues);
  if (!schema) return refused("unknown_type");
  const parsed = readBy(schema, read.json);
  return parsed.ok ? { ok: true, message: parsed.data, lost } : bad(parsed.issues);
}
