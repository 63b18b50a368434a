import type { IncomingMessage, ServerResponse } from "node:http";
import type { Mail, Ses, SesFault } from "@callboard/aws-local";
import { PageError, requireOwnPage } from "../page-error.ts";
import { framePolicy, mailPage } from "./mail-page.ts";

/** The mailbox of this machine, and a way to make sending fail. */
export type LocalMail = Pick<Ses, "mailbox" | "fail">;

/** The prefix of the mailbox's paths. */
export const mailPath = "/dev/mail";

const ONE_MAIL = /^\/dev\/mail\/([^/]+)(?:\/(.+))?$/;

/**
 * Answers a path of the mailbox: all mails or those after one, a mail as a page, a file of a mail, or a request to make
 * sending fail. Returns false for any other path. A mail is untrusted HTML: it runs no script and does not have the
 * pages' origin.
 */
export function serveMail(
  { mailbox, fail }: LocalMail,
  request: IncomingMessage,
  response: ServerResponse,
  { pathname, searchParams }: URL,
): boolean {
  switch (`${request.method} ${pathname}`) {
    case `GET ${mailPath}`:
      sendJson(response, mailbox.list(searchParams.get("after") ?? undefined));
      return true;
    case `POST ${mailPath}/fail`:
      requireOwnPage(request);
      fail(faultIn(searchParams));
      sendJson(response, {});
      return true;
  }
  const [, id, name] = request.method === "GET" ? (ONE_MAIL.exec(pathname) ?? []) : [];
  if (id === undefined) return false;
  const mail = mailbox.get(decode(id));
  if (!mail) throw notFound();
  response.setHeader("content-security-policy", framePolicy);
  if (name === undefined) {
    if (mail.html === "") throw notFound();
    const page = mailPage(mail, (contentId) => addressOf(mail, contentId));
    send(response, "text/html; charset=utf-8", page);
    return true;
  }
  const file = mailbox.file(mail.id, decode(name)) ?? byPlace(mailbox, mail, name);
  if (!file) throw notFound();
  const isPicture = /^image\/[\w.+-]+$/.test(file.contentType);
  // A browser shows only pictures, and downloads other files.
  if (!isPicture) response.setHeader("content-disposition", "attachment");
  send(response, isPicture ? file.contentType : "application/octet-stream", file.content);
  return true;
}

/** A file without a content id is requested by its position in the mail. */
const byPlace = (mailbox: LocalMail["mailbox"], mail: Mail, name: string) =>
  /^\d{1,3}$/.test(name) ? mailbox.file(mail.id, Number(name)) : undefined;

/** The address of a mail's file with that content id, if it exists. */
const addressOf = ({ id, attachments }: Mail, name: string): string | undefined =>
  attachments.some(({ contentId }) => contentId === name)
    ? `${mailPath}/${encodeURIComponent(id)}/${encodeURIComponent(name)}`
    : undefined;

const faults = ["throttle", "pause", "reject", "break", "slow", "cut"] as const satisfies SesFault["how"][];

function faultIn(query: URLSearchParams): SesFault | undefined {
  const how = query.get("how");
  if (how === "none") return undefined;
  const known = faults.find((one) => one === how);
  if (!known) throw new PageError(400, "invalid", `how is none or one of ${faults.join(", ")}.`, "how");
  return { how: known, ...numberIn(query, "times", 1000), ...numberIn(query, "ms", 60_000) };
}

function numberIn(query: URLSearchParams, name: "times" | "ms", most: number): { [name]?: number } {
  const text = query.get(name);
  if (text === null) return {};
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > most)
    throw new PageError(400, "invalid", `${name} is a number from 1 to ${most}.`, name);
  return { [name]: number };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw notFound();
  }
}

const notFound = () => new PageError(404, "not_found", "There is no such mail.");

const sendJson = (response: ServerResponse, body: object): void =>
  send(response, "application/json", JSON.stringify(body));

function send(response: ServerResponse, type: string, body: string | Uint8Array): void {
  response.writeHead(200, { "content-type": type, "cache-control": "no-store" });
  response.end(body);
}
