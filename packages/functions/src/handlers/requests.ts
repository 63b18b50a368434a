import type { Acting, App, Caller, Clock, Log } from "@callboard/core";
import {
  HISTORY_PAGE,
  HistoryId,
  LONGEST_SEARCH,
  type PeopleFound,
  ReplyBody,
  RequestId,
  type RequestList,
  type RequestOperation,
  requestRoutes,
  type SettingsOperation,
  Subject,
  settingsRoutes,
} from "@callboard/protocol";
import * as z from "zod/mini";
import {
  type HttpAnswer,
  type HttpEvent,
  type HttpRequest,
  httpFailure,
  httpHandler,
  httpReceipt,
  httpResult,
  httpUnread,
} from "../http/http-handler.ts";
import { readJsonBody } from "../http/json-body.ts";
import { serveSettings } from "./settings.ts";

export interface RequestsParts {
  readonly app: {
    readonly feedback: Pick<App["feedback"], "list" | "view" | "reply">;
    readonly history: Pick<App["history"], "view">;
    readonly people: App["people"];
    readonly settings: App["settings"];
  };
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
}

const MAX_DEVICE_LENGTH = 120;

/**
 * The HTTP API: `GET /requests`, `GET /requests/{id}`, `GET /people`, `GET /history`, `POST /requests/{id}/replies`, and
 * `/settings`. Only a POST answers a question, and a refused reply is never a 200. Every caller is recorded, so that
 * others find them by name and they can be notified when they are away.
 */
export const requestsHandler = ({ app, clock, log }: RequestsParts) =>
  httpHandler({
    routes: { ...requestRoutes, ...settingsRoutes },
    clock,
    log,
    async serve({ operation, ...request }) {
      const { caller } = request;
      const noting = app.people.note(caller);
      if (isAboutSettings(operation)) {
        // It writes the same row: one of the two writes would have to be repeated.
        await noting;
        return serveSettings(app.settings, { ...request, operation });
      }
      const [answer] = await Promise.all([serve(app, { ...request, operation }), noting]);
      return answer;
    },
  });

const isAboutSettings = (operation: RequestOperation | SettingsOperation): operation is SettingsOperation =>
  Object.hasOwn(settingsRoutes, operation);

async function serve(
  app: RequestsParts["app"],
  { event, caller, operation, id }: HttpRequest<RequestOperation>,
): Promise<HttpAnswer> {
  if (operation === "listRequests")
    return httpResult(200, { requests: await app.feedback.list(caller) } satisfies RequestList);
  if (operation === "findPeople") return find(app, event, caller);
  if (operation === "readHistory") return readHistory(app, event, caller);
  const requestId = RequestId.safeParse(id);
  if (!requestId.success) return httpFailure("bad_message", { issues: ["requestId: a request id is req_…"] });
  if (operation === "viewRequest") {
    const view = await app.feedback.view(caller, requestId.data);
    return typeof view === "string" ? httpFailure(view) : httpResult(200, view);
  }
  const read = readJsonBody(event, ReplyBody);
  if (!read.ok) return httpUnread(read);
  const { data: reply, lost } = read;
  const about = { requestId: requestId.data, replyId: reply.replyId };
  if (lost.length > 0)
    return httpReceipt({ ...about, status: "refused", code: "invalid", details: { issues: lost } });
  const acting: Acting = { caller, origin: { way: "http", device: deviceOf(event) } };
  return httpReceipt({ ...about, ...(await app.feedback.reply(acting, requestId.data, reply)) });
}

async function find(
  { people }: RequestsParts["app"],
  { rawQueryString }: HttpEvent,
  caller: Caller,
): Promise<HttpAnswer> {
  const query = new URLSearchParams(rawQueryString);
  const requestId = RequestId.safeParse(query.get("request"));
  const name = (query.get("name") ?? "").trim();
  const issues = [
    ...(requestId.success ? [] : ["request: the id of the request that is to be put to others"]),
    ...(name !== "" && name.length <= LONGEST_SEARCH ? [] : [`name: 1 to ${LONGEST_SEARCH} letters`]),
  ];
  if (!requestId.success || issues.length > 0) return httpFailure("bad_message", { issues });
  const found = await people.find(caller, { requestId: requestId.data, name });
  return typeof found === "string"
    ? httpFailure(found)
    : httpResult(200, { people: found } satisfies PeopleFound);
}

const wholeNumber = /^\d{1,3}$/;

async function readHistory(
  { history }: RequestsParts["app"],
  { rawQueryString }: HttpEvent,
  caller: Caller,
): Promise<HttpAnswer> {
  const query = new URLSearchParams(rawQueryString);
  const subject = Subject.safeParse(query.get("subject") ?? undefined);
  const before = z.optional(HistoryId).safeParse(query.get("before") ?? undefined);
  const { most, usual } = HISTORY_PAGE;
  const asked = query.get("limit") ?? String(usual);
  const limit = wholeNumber.test(asked) ? Number(asked) : 0;
  const isInBounds = limit >= 1 && limit <= most;
  const issues = [
    ...problemsOf("subject", subject),
    ...problemsOf("before", before),
    ...(isInBounds ? [] : [`limit: 1 to ${most}`]),
  ];
  if (!subject.success || !before.success || issues.length > 0) return httpFailure("bad_message", { issues });
  const page = await history.view(caller, subject.data, { limit, before: before.data });
  return typeof page === "string" ? httpFailure(page) : httpResult(200, page);
}

const problemsOf = (field: string, read: z.core.util.SafeParseResult<unknown>): string[] =>
  read.success ? [] : [`${field}: ${read.error.issues[0]?.message}`];

/** The client's name for itself, as far as it can be shown: printable ASCII of limited length. */
function deviceOf({ requestContext: { http } }: HttpEvent): string {
  const shown = (http.userAgent ?? "").replace(/[^\x20-\x7e]+/g, " ").trim();
  return shown.slice(0, MAX_DEVICE_LENGTH) || "unknown";
}
