import type { AnswerView, ReplyBody, RequestId } from "@callboard/protocol";
import type { Caller } from "../access/principal.ts";
import type { DoorClaims, Ports } from "../ports/index.ts";
import { type Acted, type ReplyPorts, reply } from "./act.ts";
import { type LookUpPorts, viewRequest } from "./look-up.ts";

type AnswerClaims = Extract<DoorClaims, { kind: "answer" }>;

/** What is needed to know whoever comes with the token of a link. */
type DoorPorts = Pick<Ports, "doorTokens" | "clock">;

/** Why nothing is shown or taken: the token was not made here, has ended, or whoever it names is asked no more. */
export type DoorRefusal = "unauthorized" | "forbidden" | "not_found";

/** The question of a token, whole, also once it is closed: for whoever has it, without signing in. Changes nothing. */
export async function viewByToken(
  ports: DoorPorts & LookUpPorts,
  token: string,
): Promise<AnswerView | DoorRefusal> {
  const claims = await openAnswer(ports, token);
  if (!claims) return "unauthorized";
  const view = await viewRequest(ports, callerOf(claims), claims.requestId);
  if (typeof view === "string") return view;
  const { request, candidates } = view;
  return { request, candidates, as: claims.person, door: claims.door, serverTime: ports.clock.now() };
}

/**
 * Answers the question of a token in the name of whom it was made for, as if they had answered themselves; whatever it says
 * of others' rights is as it is now. `lost` are numbers of its value that are not what was written.
 */
export async function replyByToken(
  ports: DoorPorts & ReplyPorts,
  token: string,
  body: ReplyBody,
  lost: readonly string[] = [],
): Promise<({ readonly requestId: RequestId } & Acted) | "unauthorized"> {
  const claims = await openAnswer(ports, token);
  if (!claims) return "unauthorized";
  const { requestId, door } = claims;
  if (lost.length > 0) return { requestId, status: "refused", code: "invalid", details: { issues: lost } };
  const acting = { caller: callerOf(claims), origin: { way: door, device: door } } as const;
  return { requestId, ...(await reply(ports, acting, requestId, body)) };
}

async function openAnswer(
  { doorTokens, clock }: DoorPorts,
  token: string,
): Promise<AnswerClaims | undefined> {
  const claims = await doorTokens.open(token);
  return claims?.kind === "answer" && clock.now() < claims.until ? claims : undefined;
}

/** Who has the token speaks for that person in this question alone: without capabilities, and by one role at most. */
const callerOf = ({ person, as, until }: AnswerClaims): Caller => ({
  ...person,
  roles: as.startsWith("role/") ? [as] : [],
  capabilities: [],
  expiresAt: until,
});
