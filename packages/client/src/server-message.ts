import type { ServerMessage } from "@callboard/protocol";

/** What a frame from the server turned out to be. */
export type Frame =
  | { kind: "message"; message: ServerMessage }
  /** A frame without a type is the gateway's own: one of our messages, unknown which, was not handled. */
  | { kind: "gateway_error" }
  /** A type that this client does not know, or not a frame of Callboard's at all. */
  | { kind: "unknown" };

type Check = (value: unknown) => boolean;
type Fields = Record<string, Check>;

const string: Check = (value) => typeof value === "string";
const number: Check = (value) => typeof value === "number";
const object: Check = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const list =
  (each: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(each);
const maybe =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const record =
  (each: Check): Check =>
  (value) =>
    object(value) && Object.values(value as object).every(each);
const fields =
  (checks: Fields): Check =>
  (value) =>
    object(value) &&
    Object.entries(checks).every(([name, check]) => check((value as Record<string, unknown>)[name]));

const item = fields({ key: string, offset: number, version: string, at: number });
const position = { epoch: string, offset: number, items: list(item), base: maybe(number) };
const subscribed: Check = (answer) =>
  fields({ sub: number, error: string })(answer) || fields({ sub: number, ...position })(answer);

/**
 * The fields that the client uses of each message. It is laxer than the schema of core on purpose: a code that is new
 * in a later server must not cost a receipt, and the schema would triple the client's size.
 */
const messages: { [Type in ServerMessage["type"]]: Check } = {
  welcome: fields({
    re: string,
    user: fields({ id: string, name: string, roles: list(string) }),
    inboxes: list(string),
    serverTime: number,
    heartbeatMs: fields({ watch: number, work: number, inbox: number, list: maybe(number) }),
    expiresAt: number,
    channels: maybe(record(subscribed)),
  }),
  subscribed: fields({ re: string, channels: record(subscribed) }),
  unsubscribed: fields({ re: string, channels: record(number) }),
  delta: fields({ channel: string, epoch: string, from: number, to: number, items: list(item) }),
  receipt: fields({
    re: string,
    replyId: string,
    status: string,
    code: maybe(string),
    details: maybe(object),
  }),
  acted: fields({ re: string, status: string, code: maybe(string), details: maybe(object) }),
  pong: fields({ re: string, behind: list(string), serverTime: maybe(number) }),
  resolved: fields({ re: string, url: string, expiresAt: number }),
  error: fields({
    re: maybe(string),
    code: string,
    message: string,
    retry: string,
    retryAfterMs: maybe(number),
  }),
  bye: fields({ code: string, retry: string, afterMs: maybe(number) }),
};

/** Reads a frame; unknown fields are left alone, what cannot be used is `unknown`. */
export function readFrame(data: unknown): Frame {
  if (typeof data !== "string") return { kind: "unknown" };
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    return { kind: "unknown" };
  }
  if (!object(json)) return { kind: "unknown" };
  const { type } = json as { type?: unknown };
  if (type === undefined) return { kind: "gateway_error" };
  if (typeof type !== "string" || !Object.hasOwn(messages, type)) return { kind: "unknown" };
  return messages[type as ServerMessage["type"]](json)
    ? { kind: "message", message: json as ServerMessage }
    : { kind: "unknown" };
}
