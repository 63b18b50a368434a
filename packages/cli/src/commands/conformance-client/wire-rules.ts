import type { IncomingMessage } from "node:http";
import { type ClientMessage, parseClientMessage, SUBPROTOCOL, subprotocolsFor } from "@callboard/protocol";

/** A broken rule that holds in every case: what was expected, and what came instead. */
export interface Breach {
  readonly expected: string;
  readonly came: string;
}

/** Why an opening breaks the protocol; `fresh` are the tokens that were issued and not used yet. */
export function openingBreach(request: IncomingMessage, fresh: ReadonlySet<string>): Breach | undefined {
  const { "sec-websocket-protocol": protocols = "", ...headers } = request.headers;
  const offered = protocols.split(/\s*,\s*/);
  const tokens = [...fresh];
  const token = tokens.find((one) => offered.includes(subprotocolsFor(one)[1]!));
  if (!offered.includes(SUBPROTOCOL))
    return { expected: `the subprotocol ${SUBPROTOCOL} is offered`, came: "an opening without it" };
  if (token === undefined)
    return {
      expected: "the subprotocol callboard.bearer.<token> is offered, with a token fetched for this attempt",
      came: /callboard\.bearer\.\w/.test(protocols)
        ? "a token that was not issued, or was used before"
        : "an opening without a token",
    };
  const elsewhere = [request.url ?? "", ...Object.values(headers).flat()];
  if (elsewhere.some((text) => text?.includes(token)))
    return {
      expected: "the token is sent only in the subprotocol",
      came: "it is in the URL or another header too",
    };
  return undefined;
}

/** The token of a valid opening. */
export const tokenOf = (request: IncomingMessage, fresh: ReadonlySet<string>): string | undefined =>
  [...fresh].find((one) => request.headers["sec-websocket-protocol"]?.includes(`callboard.bearer.${one}`));

/** Reads the frames of one connection, and finds what breaks the protocol in every case. */
interface FrameReader {
  read(text: string): { message: ClientMessage } | { breach: Breach };
  /** The message with this id was answered: another message may use the id. */
  answered(id: string): void;
}

/** Starts for a connection that has sent nothing. */
export function createFrameReader(token: string): FrameReader {
  const texts = new Map<string, string>();
  const subs = new Map<string, number>();
  let isFirst = true;
  const breach = (expected: string, came: string) => ({ breach: { expected, came } });

  function read(text: string): ReturnType<FrameReader["read"]> {
    if (text.includes(token))
      return breach("the token is sent only in the subprotocol", "a message that contains it");
    const parsed = parseClientMessage(text);
    if (!parsed.ok) {
      const issues = (parsed.error.details?.issues as string[] | undefined)?.join("; ");
      return breach("a message of the protocol", `${parsed.error.code}: ${issues ?? parsed.error.message}`);
    }
    const { message } = parsed;
    if (isFirst && message.type !== "hello") return breach("hello comes first", message.type);
    isFirst = false;
    const former = texts.get(message.id);
    // The same message may be sent again with the same id.
    if (former === text) return { message };
    if (former !== undefined)
      return breach("an id of its own for each message without an answer", `${message.id} twice`);
    texts.set(message.id, text);
    for (const [channel, sub] of subsOf(message)) {
      const last = subs.get(channel) ?? 0;
      if (sub <= last)
        return breach(
          `a sub above ${last} for ${channel}`,
          `${message.type} with ${sub} over the same connection`,
        );
      subs.set(channel, sub);
    }
    return { message };
  }

  return { read, answered: (id) => void texts.delete(id) };
}

function subsOf(message: ClientMessage): [string, number][] {
  if (message.type === "unsubscribe") return Object.entries(message.channels);
  if (message.type !== "hello" && message.type !== "subscribe") return [];
  return Object.entries(message.channels ?? {}).map(([channel, { sub }]) => [channel, sub]);
}
