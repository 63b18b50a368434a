import {
  type Channel,
  type ClientMessage,
  errorMessage,
  limits,
  type ServerMessageOf,
  type Subscribe,
  type Subscribed,
} from "@callboard/protocol";
import type { Board } from "./board.ts";
import type { Link } from "./link.ts";
import type { Terms } from "./stage.ts";

/** The server's data for its answers. */
export interface Known {
  readonly terms: Terms;
  /** The server's time. */
  now(): number;
  board(channel: Channel): Board;
  /** The answer to a subscribe. */
  answer(channel: Channel, asked: Subscribe): Subscribed;
}

/** Answers a message as a server does in normal operation. */
export function usualAnswer(
  message: ClientMessage,
  link: Link,
  known: Known,
): Readonly<Record<string, unknown>> {
  const re = message.id;
  switch (message.type) {
    case "hello":
      return {
        type: "welcome",
        re,
        connectionId: `connection-${link.number}`,
        user: { id: "ana", name: "Ana", roles: ["role/editors"] },
        inboxes: ["inbox:user/ana", "inbox:role/editors"],
        serverTime: known.now(),
        heartbeatMs: known.terms.heartbeatMs,
        expiresAt: link.openedAt + known.terms.aheadMs + known.terms.lifeMs,
        limits,
        features: ["reply", "resolve"],
        ...known.terms.more,
        ...(message.channels ? { channels: answers(message.channels, link, known) } : {}),
      };
    case "subscribe":
      return { type: "subscribed", re, channels: answers(message.channels, link, known) };
    case "unsubscribe":
      for (const channel of Object.keys(message.channels)) link.follows.delete(channel);
      return { type: "unsubscribed", re, channels: message.channels };
    case "ping":
      return { type: "pong", re, behind: behind(message.at, known), serverTime: known.now() };
    case "reply": {
      const { requestId, replyId } = message;
      return { type: "receipt", re, requestId, replyId, status: "accepted" };
    }
    case "resolve":
      return { ...errorMessage("not_found", { re }) };
    default:
      return { type: "acted", re, requestId: message.requestId, action: message.type, status: "accepted" };
  }
}

function answers(
  channels: Readonly<Record<string, Subscribe>>,
  link: Link,
  known: Known,
): ServerMessageOf<"subscribed">["channels"] {
  const answers = Object.entries(channels).map(([channel, asked]) => {
    const answer = known.answer(channel as Channel, asked);
    if (!("error" in answer)) link.follows.add(channel);
    return [channel, answer] as const;
  });
  return Object.fromEntries(answers);
}

const behind = (at: Readonly<Record<string, readonly [string, number]>>, known: Known): string[] =>
  Object.entries(at)
    .filter(([channel, [epoch, offset]]) => {
      const { epoch: current, head } = known.board(channel as Channel);
      return epoch !== current || offset < head;
    })
    .map(([channel]) => channel);
