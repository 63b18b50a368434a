import { systemClock } from "@callboard/functions";
import type { ServerMessageOf } from "@callboard/protocol";
import { spanOf } from "../../when.ts";
import { BrokenLink, broken, findingOfInternal } from "./finding.ts";
import { isGateways, type Link, openLink } from "./link.ts";
import { askOverHttp } from "./over-http.ts";
import type { Held } from "./steps.ts";
import type { Target } from "./target.ts";

/** The claims of a token, not verified. */
interface Claims {
  readonly iss?: unknown;
  readonly aud?: unknown;
  readonly client_id?: unknown;
  readonly sub?: unknown;
  readonly exp?: unknown;
}

/** Reads the claims of the token: whether it is a JWT, and whether it has expired. */
export async function readToken({ token }: Pick<Target, "token">): Promise<Held<Claims>> {
  const claims = claimsOf(token);
  if (!claims)
    throw broken(
      "this is not a token (a JWT has three parts, separated by dots)",
      "the wrong file or variable was named, or the token is opaque",
      "docs/identity.md, about the claims of a token",
    );
  const left = typeof claims.exp === "number" ? claims.exp * 1000 - systemClock.now() : undefined;
  if (left === undefined || left <= 0)
    throw broken(
      left === undefined ? "the token has no exp" : `the token expired ${spanOf(-left)} ago`,
      left === undefined
        ? "its issuer does not set it"
        : "it is an old one, or this machine's clock is wrong",
      "get a fresh token from its issuer",
    );
  return {
    value: claims,
    detail: `user ${shown(claims.sub)}, issuer ${shown(claims.iss)}, valid for ${spanOf(left)}`,
  };
}

/** The user of a connection, and the connection. */
export interface Connected {
  readonly link: Link;
  readonly user: string;
  readonly inbox: `inbox:${string}`;
}

/** Connects, sends hello and follows the user's own inbox, where the question will be pushed. */
export async function connectWith(
  target: Target,
  claims: Claims,
  patienceMs: number,
): Promise<Held<Connected>> {
  const opening = await openLink(target.socketUrl, target.token, patienceMs);
  if (opening.outcome === "refused") throw await refusedWith(target, claims, opening.status);
  if (opening.outcome !== "open")
    throw broken(
      opening.outcome === "silent"
        ? `${target.socketUrl} did not answer in ${spanOf(patienceMs)}`
        : `${target.socketUrl} cannot be reached: ${opening.code}`,
      target.local
        ? "Callboard has just stopped"
        : "SOCKET_URL is wrong, the stage is removed, or a network blocks it",
      target.local ? "the terminal that it runs in" : "the output socket of sst deploy",
    );
  const { link } = opening;
  try {
    const welcome = await link.ask({ type: "hello", client: "callboard-check" }, patienceMs);
    if (welcome?.type !== "welcome") throw unanswered("hello", welcome, link);
    const user = `user/${welcome.user.id}`;
    const inbox = `inbox:${user}` as const;
    const followed = await link.ask({ type: "subscribe", channels: { [inbox]: { sub: 1 } } }, patienceMs);
    if (followed?.type !== "subscribed")
      throw unanswered("the subscription to the user's own inbox", followed, link);
    return { value: { link, user, inbox }, detail: `as ${user}` };
  } catch (error) {
    link.close();
    throw error;
  }
}

const isError = (answer: object | undefined): answer is ServerMessageOf<"error"> =>
  (answer as { type?: string } | undefined)?.type === "error";

/** What an unexpected answer to a message means. */
export function unanswered(what: string, answer: object | undefined, link: Pick<Link, "closed">): BrokenLink {
  if (isError(answer)) {
    const { code, details } = answer;
    if (code === "internal") return new BrokenLink(findingOfInternal(what, details?.correlationId));
    return broken(
      `${what} was answered with ${code}`,
      code === "unauthorized"
        ? "the token has expired meanwhile"
        : "the command and the deployment have different versions",
      "both versions",
    );
  }
  if (answer && isGateways(answer))
    return broken(
      `the gateway answers ${what} itself: ${answer.message}`,
      "the WebSocket API may not invoke socket, or socket does not start or times out",
      "the log of socket, and the access log of the WebSocket API",
    );
  const closed = link.closed();
  return broken(
    closed === undefined
      ? `${what} was not answered`
      : `the connection was closed (${closed}) before ${what} was answered`,
    "socket hangs or fails before it answers, or the route $default has no route response",
    "the log of socket, and the access log of the WebSocket API",
  );
}

/**
 * Why an upgrade was refused. The HTTP API accepts the same tokens, and shows whether the token was refused
 * or a function failed.
 */
async function refusedWith(target: Target, claims: Claims, status: number): Promise<BrokenLink> {
  const what = `the WebSocket API refuses the connection: ${status}`;
  if (status === 401 || status === 403)
    return broken(
      what,
      `authorize refuses the token: its issuer is ${shown(claims.iss)}, its audience ${shown(claims.aud ?? claims.client_id)}; they are checked against TOKEN_ISSUER, TOKEN_AUDIENCE and the keys of authorize`,
      "the metric authorized of authorize, by outcome, and docs/identity.md",
    );
  if (status === 429)
    return broken(
      what,
      "the API is throttled",
      "API Gateway's quota Throttle rate, and the stage's own limit",
    );
  if (status === 400)
    return broken(what, "socket does not support this version of the protocol", "both versions");
  if (status < 500)
    return broken(what, "SOCKET_URL is not the address of a Callboard", "the output socket of sst deploy");
  const overHttp = (await askOverHttp(target, "/requests"))?.status;
  if (overHttp === 200)
    return broken(
      `${what}; the HTTP API accepts the same token`,
      "socket fails at $connect: its role lacks a permission on the table (dynamodb:PutItem, dynamodb:BatchGetItem), or the table does not exist",
      "the log of socket: connect failed",
    );
  return broken(
    overHttp === undefined ? what : `${what}; the HTTP API answers ${overHttp}`,
    overHttp === undefined
      ? "authorize cannot fetch the issuer's keys, or socket fails at $connect (its role, or the table)"
      : "the authorizers cannot fetch the issuer's keys (TOKEN_JWKS_URL), or both functions lack a permission on the table",
    "the logs of authorize and socket",
  );
}

const MAX_SHOWN_LENGTH = 200;

/** A claim as one line can show it. */
const shown = (claim: unknown): string =>
  claim === undefined ? "none" : JSON.stringify(claim).slice(0, MAX_SHOWN_LENGTH);

function claimsOf(token: string): Claims | undefined {
  const [, payload, signature] = token.split(".");
  if (!payload || !signature) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    return typeof claims === "object" && claims !== null ? claims : undefined;
  } catch {
    return undefined;
  }
}
