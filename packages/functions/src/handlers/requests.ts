import type { Acting, App, Clock, Log } from "@callboard/core";
import {
  ReplyBody,
  type ReplyReceipt,
  RequestId,
  type RequestList,
  type RequestOperation,
  refusalStatus,
  requestRoutes,
} from "@callboard/protocol";
import {
  type HttpAnswer,
  type HttpEvent,
  type HttpRequest,
  httpFailure,
  httpHandler,
  httpResult,
  retryAfter,
} from "../http/http-handler.ts";
import { readJsonBody } from "../http/json-body.ts";

export interface RequestsParts {
  readonly app: { readonly feedback: Pick<App["feedback"], "list" | "view" | "reply"> };
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
}

const LONGEST_DEVICE = 120;

/**
 * The HTTP API: `GET /requests`, `GET /requests/{id}`, `POST /requests/{id}/replies`. Only a POST answers a question;
 * a refused reply is never a 200.
 */
export const requestsHandler = ({ app, clock, log }: RequestsParts) =>
  httpHandler({
    routes: requestRoutes,
    clock,
    log,
    async serve({ event, caller, operation, id }: HttpRequest<RequestOperation>) {
      if (operation === "listRequests")
        return httpResult(200, { requests: await app.feedback.list(caller) } satisfies RequestList);
      const requestId = RequestId.safeParse(id);
      if (!requestId.success)
        return httpFailure("bad_message", { issues: ["requestId: a request id is req_…"] });
      if (operation === "viewRequest") {
        const view = await app.feedback.view(caller, requestId.data);
        return typeof view === "string" ? httpFailure(view) : httpResult(200, view);
      }
      const read = readJsonBody(event, ReplyBody);
      if (!read.ok) return httpFailure(read.code, read.issues && { issues: read.issues });
      const { data: reply, lost } = read;
      const about = { requestId: requestId.data, replyId: reply.replyId };
      if (lost.length > 0)
        return received({ ...about, status: "refused", code: "invalid", details: { issues: lost } });
      const acting: Acting = { caller, origin: { way: "http", device: deviceOf(event) } };
      return received({ ...about, ...(await app.feedback.reply(acting, requestId.data, reply)) });
    },
  });

function received(receipt: ReplyReceipt): HttpAnswer {
  if (receipt.status === "accepted" || receipt.code === undefined) return httpResult(200, receipt);
  const wait = receipt.details?.retryAfterMs;
  return httpResult(refusalStatus[receipt.code], receipt, typeof wait === "number" ? retryAfter(wait) : {});
}

/** What a client calls itself, as far as it can be shown: printable ASCII of a bounded length. */
function deviceOf({ requestContext: { http } }: HttpEvent): string {
  const shown = (http.userAgent ?? "").replace(/[^\x20-\x7e]+/g, " ").trim();
  return shown.slice(0, LONGEST_DEVICE) || "unknown";
}
