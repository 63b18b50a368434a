import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpService } from "@callboard/aws-local";
import { readAddress, readZone } from "@callboard/core";
import { defined } from "@callboard/protocol";
import { type DevContact, type DevTokens, devUser } from "./dev-tokens.ts";
import { type LocalMail, mailPath, serveMail } from "./mail/mail-routes.ts";
import { asPageError, PageError } from "./page-error.ts";
import type { pluginRoutes } from "./plugins/plugin-routes.ts";
import { type Theatre, theatreRoute } from "./theatre/theatre-routes.ts";

/** The requests of pages to their machine. */
export interface PageRoutes {
  readonly config: object;
  /** Undefined when an issuer issues them. */
  readonly tokens: Pick<DevTokens, "sign"> | undefined;
  /** The dead-letter queues, for an SDK with `/dev/sqs` as its SQS endpoint. */
  readonly queues: HttpService;
  readonly mail: LocalMail;
  /** Undefined when people sign in. */
  readonly theatre: Theatre | undefined;
  /** Answers the page of plugins; undefined when people sign in. */
  readonly plugins: ReturnType<typeof pluginRoutes> | undefined;
}

const queuesPath = /^\/dev\/sqs\/?$/;
const TOKEN_PATH = "/dev/token";

/** Answers the paths of the back end; returns false for any other path. */
export async function servePageRoute(
  routes: PageRoutes,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (url.pathname !== "/config.json" && !url.pathname.startsWith("/dev/")) return false;
  if (url.pathname === TOKEN_PATH && allowCaller(request, response)) return true;
  try {
    if (queuesPath.test(url.pathname) && request.method === "POST") {
      await routes.queues(request, response);
      return true;
    }
    if (url.pathname.startsWith(mailPath) && serveMail(routes.mail, request, response, url)) return true;
    answer(response, 200, await route(routes, request, url));
  } catch (cause) {
    const failure = asPageError(cause);
    const { code, message, field } = failure;
    answer(response, failure.status, { error: { code, message, ...(field ? { field } : {}) } });
  }
  return true;
}

async function route(
  { config, tokens, theatre, plugins }: PageRoutes,
  request: IncomingMessage,
  url: URL,
): Promise<object> {
  switch (`${request.method} ${url.pathname}`) {
    case "GET /config.json":
      return config;
    case `GET ${TOKEN_PATH}`:
      return { token: await devToken(tokens, url.searchParams) };
  }
  const answer = (theatre && (await theatreRoute(theatre, request, url))) ?? (await plugins?.(request, url));
  if (answer) return answer;
  throw new PageError(404, "not_found", "Not found.");
}

/**
 * Lets a page of another application on this machine read its token, from any port; requests from other hosts
 * were refused before. Answers such a page's preflight, and returns whether it did.
 */
function allowCaller({ method, headers }: IncomingMessage, response: ServerResponse): boolean {
  response.setHeader("vary", "origin");
  if (headers.origin === undefined) return false;
  response.setHeader("access-control-allow-origin", headers.origin);
  if (method !== "OPTIONS") return false;
  response.writeHead(204, { "access-control-allow-methods": "GET", "access-control-allow-headers": "*" });
  response.end();
  return true;
}

async function devToken(tokens: PageRoutes["tokens"], query: URLSearchParams): Promise<string> {
  if (!tokens) throw new PageError(404, "not_found", "This machine issues no tokens: people sign in.");
  const user = query.get("user") ?? "";
  const role = query.get("role") ?? "";
  if (!devUser.test(user))
    throw new PageError(400, "invalid", "A user name may have letters, digits, . _ and -.", "user");
  if (role !== "creator" && role !== "viewer")
    throw new PageError(400, "invalid", "The role must be creator or viewer.", "role");
  return tokens.sign(user, role, contactOf(query)).catch((cause: unknown) => {
    if (cause instanceof RangeError)
      throw new PageError(400, "invalid", "This user name is reserved.", "user");
    throw cause;
  });
}

/** The contact data in the query, where it differs from the default. */
function contactOf(query: URLSearchParams): DevContact {
  const email = query.get("email") ?? undefined;
  const lang = query.get("lang") ?? undefined;
  const zone = query.get("zone") ?? undefined;
  if (email !== undefined && readAddress(email) === undefined)
    throw new PageError(400, "invalid", "The address must be an e-mail address.", "email");
  if (lang !== undefined && lang !== "en" && lang !== "ja")
    throw new PageError(400, "invalid", "The language must be en or ja.", "lang");
  if (zone !== undefined && readZone(zone) === undefined)
    throw new PageError(400, "invalid", "The time zone must be a name such as Asia/Tokyo.", "zone");
  return defined({ email, lang, zone });
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}
