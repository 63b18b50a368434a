import type { IncomingMessage, ServerResponse } from "node:http";
import { type HttpService, readBody } from "@callboard/aws-local";
import { type DevRole, type DevTokens, devUser } from "./dev-tokens.ts";
import { asPageError, PageError } from "./page-error.ts";
import type { Videos } from "./videos.ts";

/** What the pages ask of the machine that they came from. */
export interface PageRoutes {
  readonly config: object;
  /** Whose tokens are taken; those of an issuer are not to be had here. */
  readonly tokens: Pick<DevTokens, "holderOf"> & Partial<Pick<DevTokens, "sign">>;
  readonly videos: Videos;
  /** The dead-letter queues, for an SDK whose endpoint for SQS is `/dev/sqs`. */
  readonly queues: HttpService;
}

const queuesPath = /^\/dev\/sqs\/?$/;
const bodyBytes = 64 * 1024;

/** Answers the back end's paths; answers false for any other. */
export async function servePageRoute(
  routes: PageRoutes,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (url.pathname !== "/config.json" && !url.pathname.startsWith("/dev/")) return false;
  try {
    if (queuesPath.test(url.pathname) && request.method === "POST") {
      await routes.queues(request, response);
      return true;
    }
    answer(response, 200, await route(routes, request, url));
  } catch (cause) {
    const failure = asPageError(cause);
    const { code, message, field } = failure;
    answer(response, failure.status, { error: { code, message, ...(field ? { field } : {}) } });
  }
  return true;
}

async function route(routes: PageRoutes, request: IncomingMessage, url: URL): Promise<object> {
  const { tokens, videos } = routes;
  const path = `${request.method} ${url.pathname}`;
  switch (path) {
    case "GET /config.json":
      return routes.config;
    case "GET /dev/token":
      return { token: await devToken(tokens, url.searchParams) };
    case "GET /dev/videos":
      return { videos: await videosFor(await holder(tokens, request), videos) };
    case "POST /dev/videos":
      return videos.prepare(await creator(tokens, request), await readJson(request));
    case "POST /dev/videos/sample":
      return videos.playSample(await creator(tokens, request), await readJson(request));
  }
  const [, videoId, action] = /^POST \/dev\/videos\/(v_\w{1,64})\/(start|stop|retry)$/.exec(path) ?? [];
  if (videoId !== undefined) {
    const user = await creator(tokens, request);
    if (action === "start") return videos.start(user, videoId, await readJson(request));
    return action === "stop" ? videos.stop(user, videoId) : videos.retry(user, videoId);
  }
  throw new PageError(404, "not_found", "There is no such thing here.");
}

async function devToken({ sign }: PageRoutes["tokens"], query: URLSearchParams): Promise<string> {
  if (!sign) throw new PageError(404, "not_found", "There are no tokens here: people sign in.");
  const user = query.get("user") ?? "";
  const role = query.get("role") ?? "";
  if (!devUser.test(user))
    throw new PageError(400, "invalid", "A user name has letters, digits, . _ or -.", "user");
  if (role !== "creator" && role !== "viewer")
    throw new PageError(400, "invalid", "A role is creator or viewer.", "role");
  return sign(user, role).catch((cause: unknown) => {
    if (cause instanceof RangeError)
      throw new PageError(400, "invalid", "No person may have that name.", "user");
    throw cause;
  });
}

/** Creators have their own videos with links to the files; viewers may watch everything, and have the names alone. */
function videosFor({ user, role }: { user: string; role: DevRole }, videos: Videos): Promise<object[]> {
  return role === "creator" ? videos.list(user) : videos.names();
}

async function creator(tokens: PageRoutes["tokens"], request: IncomingMessage): Promise<string> {
  const { user, role } = await holder(tokens, request);
  if (role !== "creator") throw new PageError(403, "forbidden", "Only a creator may do that.");
  return user;
}

async function holder(tokens: PageRoutes["tokens"], request: IncomingMessage) {
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  const found = token === undefined ? undefined : await tokens.holderOf(token);
  if (found === undefined)
    throw new PageError(401, "unauthorized", "Your link has expired. Open a fresh one.");
  return found;
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = (await readBody(request, bodyBytes)).toString("utf8");
  try {
    return JSON.parse(text || "{}");
  } catch {
    throw new PageError(400, "invalid", "The request is not JSON.");
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}
