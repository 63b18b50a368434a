import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { foreignness, listenLocally, stopListening } from "@callboard/aws-local";
import { framedBy, framedPage, type PageOrigins, pageHeaders, pagePolicy } from "@callboard/web/policy";
import { serveFile } from "./files-of-pages.ts";
import { type KeptFiles, keepFiles } from "./kept-files.ts";
import { type PageRoutes, servePageRoute } from "./page-routes.ts";

export interface PageServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

export interface PageServerOptions {
  /** 0 for a free one. */
  readonly port: number;
  /** The folder of the built pages. */
  readonly folder: string;
  /** The folder of the built docs, called at each request for them. */
  readonly docs?: (() => Promise<string>) | undefined;
  /** The server for Callboard's own mails, if they do not go to the mailbox. */
  readonly mailServer?: string | undefined;
  /** Called at each request: it may use ports that are known later. */
  readonly routes: () => PageRoutes;
  /** The origins from which the pages load data, pictures and videos. */
  readonly origins: () => PageOrigins;
}

/** Serves the pages and their requests, on loopback. Rejects when the port is in use. */
export async function createPageServer(options: PageServerOptions): Promise<PageServer> {
  const kept = {
    pages: keepFiles(),
    theatre: keepFiles({ edit: marked("theatre") }),
    mailbox: keepFiles({ edit: marked("mailbox", options.mailServer) }),
    plugins: keepFiles({ edit: marked("plugins") }),
    docs: keepFiles(),
  };
  const server = createServer({ headersTimeout: 10_000 }, (request, response) => {
    handle({ ...options, kept }, request, response).catch((cause: unknown) => {
      console.error(cause);
      if (response.headersSent) response.destroy();
      else end(response, 500, "Something went wrong on the server. Try again.");
    });
  });
  const port = await listenLocally(server, options.port);
  return { port, url: `http://127.0.0.1:${port}`, close: () => stopListening(server) };
}

async function handle(
  options: PageServerOptions & { readonly kept: Readonly<Record<Kept, KeptFiles>> },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // A host name that an attacker points to this machine, and other sites' pages, must not get the tokens.
  const foreign = foreignness(request);
  if (foreign === "host") return end(response, 421, "This page can only be opened on this machine.");
  if (foreign === "origin") return end(response, 403, "Only pages of this machine may request this.");
  const routes = options.routes();
  const url = urlOf(request);
  const headers = headersOf(url?.pathname, options.origins(), routes.theatre !== undefined);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (!url) return end(response, 404, "There is no such page.");
  if (await servePageRoute(routes, url, request, response)) return;
  if (request.method !== "GET" && request.method !== "HEAD")
    return end(response, 405, "Only GET is allowed.");
  if (options.docs && docsPath.test(url.pathname))
    return serveDocs(options.docs, options.kept.docs, url, request, response);
  const which = routes.theatre ? keptFor(url.pathname) : "pages";
  const files = { folder: options.folder, kept: options.kept[which] };
  const isOnceMore = which === "mailbox" || which === "plugins";
  const file = isOnceMore ? new URL("/index.html", url) : url;
  if (!(await serveFile(files, file, request, response))) end(response, 404, "There is no such page.");
}

async function serveDocs(
  docs: () => Promise<string>,
  kept: KeptFiles,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = url.pathname.replace(docsPath, "");
  // Its links are relative to the folder.
  if (path === "") return void response.writeHead(308, { location: "/docs/" }).end();
  const file = new URL(`http://page${path}`);
  if (!(await serveFile({ folder: await docs(), kept }, file, request, response)))
    end(response, 404, "There is no such page.");
}

/** The variants of the files: unchanged, or marked as the kind of first page on one machine. */
type Kept = "pages" | "theatre" | "mailbox" | "plugins" | "docs";

function keptFor(path: string): Kept {
  if (path === mailboxPage) return "mailbox";
  if (path === pluginsPage) return "plugins";
  return isFirstPage(path) ? "theatre" : "pages";
}

/**
 * Who may show a page in a frame: other sites only the page for that purpose; anybody the first page when it
 * is the theatre.
 */
function headersOf(
  path: string | undefined,
  origins: PageOrigins,
  isTheatre: boolean,
): Record<string, string> {
  const { "x-frame-options": alone, ...rest } = pageHeaders;
  const policy = pagePolicy(origins);
  const isForOthers = path === framedPage;
  if (!isForOthers && (!isTheatre || isFirstPage(path)))
    return { ...rest, "x-frame-options": alone, "content-security-policy": policy };
  return {
    ...rest,
    ...(isForOthers ? {} : { "x-frame-options": "SAMEORIGIN" }),
    "content-security-policy": framedBy(policy, isForOthers ? pagesHere : []),
  };
}

/** Everything that this machine serves; a policy cannot name IPv6 addresses. */
const pagesHere = ["http://localhost:*", "http://*.localhost:*", "http://127.0.0.1:*"];

const isFirstPage = (path: string | undefined): boolean => path === "/" || path === "/index.html";

/**
 * The first page's file also serves as the mailbox and as the page of plugins: a deployment has no such
 * pages.
 */
export const mailboxPage = "/mail.html";
const pluginsPage = "/plugins.html";

const docsPath = /^\/docs(?=\/|$)/;

/**
 * Marks the first page as the theatre, the mailbox or the page of plugins, so that it is drawn as such from the first
 * paint. The mark can hold a server's name and port.
 */
const marked =
  (as: Exclude<Kept, "pages" | "docs">, says?: string) =>
  (page: Buffer): Buffer =>
    Buffer.from(
      page.toString("utf8").replace("<html ", `<html data-${as}${says === undefined ? "" : `="${says}"`} `),
    );

/** The URL of a request; undefined when the path is invalid: `//host/path` would name another host. */
function urlOf({ url = "" }: IncomingMessage): URL | undefined {
  const isPath = url.startsWith("/") && !/^\/[/\\]/.test(url);
  return isPath && URL.canParse(`http://page${url}`) ? new URL(`http://page${url}`) : undefined;
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  response.end(`${text}\n`);
}
