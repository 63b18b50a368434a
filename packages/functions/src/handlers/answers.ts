import type { App, Log } from "@callboard/core";
import { type AnswerOperation, answerRoutes, GiveAnswer, ViewAnswer } from "@callboard/protocol";
import {
  type HttpAnswer,
  type HttpEvent,
  httpFailure,
  httpReceipt,
  httpResult,
  httpUnread,
  type OpenHttpRequest,
  openHttpHandler,
} from "../http/http-handler.ts";
import { readJsonBody } from "../http/json-body.ts";
import { type RequestsParts, requestsHandler } from "./requests.ts";

export interface AnswersParts {
  readonly app: { readonly doors: App["doors"] };
  readonly log: Log;
}

/**
 * The actions of people who were notified of a question by mail or webhook: the token that came with it is in the body,
 * and nobody signs in. Only a POST has an effect.
 */
export const answersHandler = ({ app, log }: AnswersParts) =>
  openHttpHandler({ routes: answerRoutes, log, serve: (request) => serve(app.doors, request) });

async function serve(
  doors: App["doors"],
  { event, operation, id }: OpenHttpRequest<AnswerOperation>,
): Promise<HttpAnswer> {
  switch (operation) {
    case "viewAnswer": {
      const read = readJsonBody(event, ViewAnswer);
      if (!read.ok) return httpUnread(read);
      const view = await doors.view(read.data.token);
      return typeof view === "string" ? httpFailure(view) : httpResult(200, view);
    }
    case "giveAnswer": {
      const read = readJsonBody(event, GiveAnswer);
      if (!read.ok) return httpUnread(read);
      const { token, reply } = read.data;
      const answered = await doors.reply(token, reply, read.lost);
      return answered === "unauthorized"
        ? httpFailure(answered)
        : httpReceipt({ ...answered, replyId: reply.replyId });
    }
    case "unsubscribe":
      return (await doors.turnOff(id)) ? httpResult(200, {}) : httpFailure("unauthorized");
  }
}

/** All HTTP requests to the function `requests`: from people who are signed in, and from people with a notice's token. */
export function httpRequestsHandler(
  parts: RequestsParts & AnswersParts,
): (event: HttpEvent) => Promise<HttpAnswer> {
  const signedIn = requestsHandler(parts);
  const withToken = answersHandler(parts);
  return (event) => (isOpen(event) ? withToken(event) : signedIn(event));
}

/** Whether a request came by a route without an authorizer. */
export const isOpen = ({ requestContext: { authorizer } }: HttpEvent): boolean => authorizer === undefined;
