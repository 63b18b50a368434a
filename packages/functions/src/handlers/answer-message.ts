import type { Acted, Acting, App, Connected } from "@callboard/core";
import {
  type Channel,
  type ClientMessage,
  type ClientMessageOf,
  errorMessage,
  heartbeatMs,
  limits,
  type ReplyBody,
  type ServerMessage,
  type ServerMessageOf,
} from "@callboard/protocol";

/** The use cases that messages call. */
export interface MessageUseCases {
  readonly channels: Pick<App["channels"], "hello" | "subscribe" | "unsubscribe" | "behind" | "resolve">;
  readonly feedback: Pick<App["feedback"], "reply" | "attend" | "extend" | "reassign">;
}

/** Limits that clients are sent. */
const clientLimits = {
  clientMessageBytes: limits.clientMessageBytes,
  channelsPerMessage: limits.channelsPerMessage,
  commentLength: limits.commentLength,
  replyValueBytes: limits.replyValueBytes,
};

/**
 * Answers a client's message: calls its use case and turns the result into a message. A reply whose value contains
 * numbers that were `lost` is refused at once.
 */
export async function answerMessage(
  app: MessageUseCases,
  connected: Connected,
  message: ClientMessage,
  now: number,
  lost: readonly string[] = [],
): Promise<ServerMessage> {
  const { id: re } = message;
  const { caller, connectionId } = connected;
  const acting: Acting = { caller, origin: { way: "socket", device: connectionId } };
  if (connected.caller.expiresAt <= now) return errorMessage("unauthorized", { re });
  switch (message.type) {
    case "hello":
      return welcome(app, connected, message);
    case "subscribe": {
      const channels = await app.channels.subscribe(connected, mapOf(message.channels));
      return { type: "subscribed", re, channels: recordOf(channels) };
    }
    case "unsubscribe":
      await app.channels.unsubscribe(connected, mapOf(message.channels));
      return { type: "unsubscribed", re, channels: message.channels };
    case "reply":
      if (lost.length > 0)
        return receipt(message, { status: "refused", code: "invalid", details: { issues: lost } });
      return receipt(message, await app.feedback.reply(acting, message.requestId, bodyOf(message)));
    case "attend":
      return acted(message, await app.feedback.attend(connected, message.requestId, message.state));
    case "extend":
      return acted(message, await app.feedback.extend(acting, message.requestId, message.deadline));
    case "reassign":
      return acted(message, await app.feedback.reassign(acting, message.requestId, message.assignees));
    case "resolve":
      return resolved(app, connected, message);
    case "ping": {
      const positions = [...mapOf(message.at)].map(
        ([channel, [epoch, offset]]) => [channel, { epoch, offset }] as const,
      );
      return {
        type: "pong",
        re,
        behind: await app.channels.behind(connected, new Map(positions)),
        serverTime: now,
      };
    }
  }
}

async function welcome(
  app: MessageUseCases,
  connected: Connected,
  message: ClientMessageOf<"hello">,
): Promise<ServerMessageOf<"welcome">> {
  const named = mapOf(message.channels ?? {});
  const { user, inboxes, serverTime, expiresAt, channels } = await app.channels.hello(connected, named);
  return {
    type: "welcome",
    re: message.id,
    connectionId: connected.connectionId,
    user: { ...user, roles: [...user.roles] },
    inboxes: [...inboxes],
    serverTime,
    heartbeatMs,
    expiresAt,
    limits: clientLimits,
    features: ["reply", "resolve"],
    ...(message.channels ? { channels: recordOf(channels) } : {}),
  };
}

async function resolved(
  app: MessageUseCases,
  connected: Connected,
  { id: re, ref }: ClientMessageOf<"resolve">,
): Promise<ServerMessageOf<"resolved" | "error">> {
  const hash = ref.indexOf("#");
  const answer = await app.channels.resolve(connected, ref.slice(0, hash) as Channel, ref.slice(hash + 1));
  if (answer.outcome !== "resolved") return errorMessage(answer.outcome, { re });
  const { url, expiresAt } = answer;
  return { type: "resolved", re, ref, url, expiresAt };
}

function bodyOf(message: ClientMessageOf<"reply">): ReplyBody {
  const { type: _, id: __, requestId: ___, ...body } = message;
  return body;
}

const receipt = ({ id, requestId, replyId }: ClientMessageOf<"reply">, outcome: Acted): ServerMessage => ({
  type: "receipt",
  re: id,
  requestId,
  replyId,
  ...outcome,
});

const acted = (
  { id, requestId, type }: ClientMessageOf<"attend" | "extend" | "reassign">,
  outcome: Acted,
): ServerMessage => ({ type: "acted", re: id, requestId, action: type, ...outcome });

/** The schema has checked the names. */
const mapOf = <T>(channels: Readonly<Record<string, T>>): Map<Channel, T> =>
  new Map(Object.entries(channels) as [Channel, T][]);

const recordOf = <T>(channels: ReadonlyMap<Channel, T>): Record<Channel, T> =>
  Object.fromEntries(channels) as Record<Channel, T>;
