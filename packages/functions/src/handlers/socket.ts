import type { App, Caller, Clock, Connected, Log } from "@callboard/core";
import {
  byteLength,
  errorMessage,
  limits,
  parseClientMessage,
  type ServerMessage,
  SUBPROTOCOL,
} from "@callboard/protocol";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { traceOf } from "../aws/errors.ts";
import { answerMessage, type MessageUseCases } from "./answer-message.ts";
import { type OfferedIn, offeredSubprotocols } from "./subprotocols.ts";

export interface SocketParts {
  readonly app: { readonly connections: App["connections"] } & MessageUseCases;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
}

/** The parts of a WebSocket route's event that are read. */
export interface SocketEvent extends OfferedIn {
  readonly requestContext: {
    readonly eventType: "CONNECT" | "MESSAGE" | "DISCONNECT";
    readonly connectionId: string;
    /** Also in the access log, to find an `internal` error. */
    readonly requestId: string;
    readonly authorizer?: Readonly<Record<string, unknown>> | null;
  };
  readonly body?: string | null;
}

/**
 * `$connect`, `$disconnect` and `$default` of the WebSocket API. The return value of `$default` is the answer to the
 * message; any failure is answered as `internal` with a correlation id, never as a failed integration.
 */
export function socketHandler({ app, clock, log }: SocketParts) {
  async function connect(
    event: SocketEvent,
    connected: Connected,
  ): Promise<APIGatewayProxyStructuredResultV2> {
    // A browser closes the connection unless one of its subprotocols is selected.
    if (!offeredSubprotocols(event).includes(SUBPROTOCOL)) return { statusCode: 400 };
    await app.connections.open(connected);
    return { statusCode: 200, headers: { "Sec-WebSocket-Protocol": SUBPROTOCOL } };
  }

  async function answer(connected: Connected, text: string): Promise<ServerMessage> {
    const parsed = parseClientMessage(text);
    if (!parsed.ok) return parsed.error;
    return answerMessage(app, connected, parsed.message, clock.now(), parsed.lost);
  }

  async function receive(
    event: SocketEvent,
    connected: Connected,
  ): Promise<APIGatewayProxyStructuredResultV2> {
    const { requestId } = event.requestContext;
    const text = event.body ?? "";
    try {
      const body = JSON.stringify(await answer(connected, text));
      const bytes = byteLength(body);
      if (bytes <= limits.serverMessageBytes) return { statusCode: 200, body };
      log.warn("an answer is too large", { correlationId: requestId, bytes });
    } catch (error) {
      log.warn("a message was not answered", { correlationId: requestId, ...traceOf(error) });
    }
    const details = { correlationId: requestId };
    return { statusCode: 200, body: JSON.stringify(errorMessage("internal", { re: idOf(text), details })) };
  }

  return async (event: SocketEvent): Promise<APIGatewayProxyStructuredResultV2> => {
    const { eventType, connectionId, requestId } = event.requestContext;
    try {
      if (eventType === "DISCONNECT") {
        await app.connections.close(connectionId, userOf(event));
        return { statusCode: 200 };
      }
      const connected = { connectionId, caller: callerOf(event) };
      return await (eventType === "CONNECT" ? connect(event, connected) : receive(event, connected));
    } catch (error) {
      log.warn(`${eventType.toLowerCase()} failed`, { correlationId: requestId, ...traceOf(error) });
      return { statusCode: 500 };
    }
  };
}

/** Only the authorizer can write it. */
function callerOf({ requestContext }: SocketEvent): Caller {
  const caller = requestContext.authorizer?.caller;
  if (typeof caller !== "string") throw new Error("the authorizer named no caller");
  return JSON.parse(caller) as Caller;
}

/** The owner of the connection, if the event has it. */
const userOf = (event: SocketEvent): string | undefined =>
  event.requestContext.authorizer?.caller === undefined ? undefined : callerOf(event).id;

/** The id of a message that was parsed before, for the answer to an error. */
function idOf(text: string): string | undefined {
  const parsed = parseClientMessage(text);
  return parsed.ok ? parsed.message.id : parsed.error.re;
}
