import type { ServerMessage } from "@callboard/protocol";
import { isJsonObject } from "./json.ts";

/**
 * A pattern for a value: a text, a number, a list, an object with such fields, or a function that decides.
 */
type Like =
  | string
  | number
  | readonly [Like]
  | { readonly [field: string]: Like }
  | ((value: unknown) => boolean);

/**
 * Whether a value fits a pattern. A field that ends in `?` is optional; `*` stands for every field of the
 * value.
 */
function fits(value: unknown, like: Like): boolean {
  if (typeof like === "function") return like(value);
  if (typeof like !== "object") return typeof value === typeof like;
  if (Array.isArray(like)) return Array.isArray(value) && value.every((one) => fits(one, like[0]));
  return (
    isJsonObject(value) &&
    Object.entries(like).every(([field, one]) => {
      if (field === "*") return Object.values(value).every((each) => fits(each, one));
      const given = value[field.replace("?", "")];
      return (given === undefined && field.endsWith("?")) || fits(given, one);
    })
  );
}

const items: Like = [{ key: "", offset: 0, version: "", at: 0 }];
const subscribed: Like = {
  "*": (answer) =>
    fits(answer, { sub: 0, error: "" }) || fits(answer, { sub: 0, epoch: "", offset: 0, items, "base?": 0 }),
};
const acted = { re: "", status: "", "code?": "", "details?": {} };

/**
 * The fields that the client uses of each message. This is less strict than the schema in `core` on purpose:
 * a new code of a later server must not make a receipt unreadable, and the schema would triple the client's
 * size.
 */
const messages: { [Type in ServerMessage["type"]]: Like } = {
  welcome: {
    re: "",
    user: { id: "", name: "", roles: [""] },
    inboxes: [""],
    serverTime: 0,
    heartbeatMs: { watch: 0, work: 0, inbox: 0, "list?": 0 },
    expiresAt: 0,
    "channels?": subscribed,
  },
  subscribed: { re: "", channels: subscribed },
  unsubscribed: { re: "", channels: { "*": 0 } },
  delta: { channel: "", epoch: "", from: 0, to: 0, items },
  receipt: { ...acted, replyId: "" },
  acted,
  pong: { re: "", behind: [""], "serverTime?": 0 },
  resolved: { re: "", url: "", expiresAt: 0 },
  error: { "re?": "", code: "", message: "", retry: "", "retryAfterMs?": 0 },
  bye: { code: "", retry: "", "afterMs?": 0 },
};

/**
 * A message, or a frame of the gateway itself, which means that one of our messages was not handled; it does
 * not say which.
 */
export type Frame = ServerMessage | { type: "gateway_error" };

/**
 * Reads a frame and ignores unknown fields. Undefined for a type that this client does not know, or for what
 * is not a frame of Callboard. The gateway's own frames have no type.
 */
export function readFrame(data: unknown): Frame | undefined {
  let message: unknown;
  try {
    message = JSON.parse(data as string);
  } catch {
    return undefined;
  }
  if (typeof data !== "string" || !isJsonObject(message)) return undefined;
  const { type } = message;
  if (type === undefined) return { type: "gateway_error" };
  if (typeof type !== "string" || !Object.hasOwn(messages, type)) return undefined;
  return fits(message, messages[type as ServerMessage["type"]]) ? (message as ServerMessage) : undefined;
}
