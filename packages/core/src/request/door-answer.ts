import type { AnswerView, ReplyBody, RequestId } from "@callboard/protocol";
import { keyOf } from "../access/people.ts";
import { type Caller, mayAnswer } from "../access/principal.ts";
import type { DoorClaims, Ports } from "../ports/index.ts";
import { type Acted, type MayReply, type ReplyPorts, reply } from "./act.ts";
import { type LookUpPorts, viewRequest } from "./look-up.ts";

type AnswerClaims = Extract<DoorClaims, { kind: "answer" }>;

/** What is needed to know whoever comes with the token of a link. */
type DoorPorts = Pick<Ports, "doorTokens" | "clock" | "ids"> & {
  readonly reach: Pick<Ports["reach"], "read">;
};

/** Why nothing is shown or taken: the token was not made here, has ended, or whoever it names is asked no more. */
export type DoorRefusal = "unauthorized" | "forbidden" | "not_found";

/** The question of a token, whole, also once it is closed: for whoever has it, without signing in. Changes nothing. */
export async function viewByToken(
  ports: DoorPorts & LookUpPorts,
  token: string,
): Promise<AnswerView | DoorRefusal> {
  const claims = await openAnswer(ports, token);
  if (!claims) return "unauthorized";
  const view = await viewRequest(ports, await callerOf(ports, claims), claims.requestId);
  if (typeof view === "string") return view;
  const { request, candidates } = view;
  return { request, candidates, as: claims.person, door: claims.door, serverTime: ports.clock.now() };
}

/**
 * Answers the question of a token in the name of whom it was made for, as if they had answered themselves, while they are
 * still asked: that they own the subject is not enough, since others may have the link. `lost` are numbers of its value
 * that are not what was written.
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
  const caller = await callerOf(ports, claims);
  const acting = { caller, origin: { way: door, device: door } } as const;
  return { requestId, ...(await reply(ports, acting, requestId, body, isAsked)) };
}

async function openAnswer(
  { doorTokens, clock }: DoorPorts,
  token: string,
): Promise<AnswerClaims | undefined> {
  const claims = await doorTokens.open(token);
  return claims?.kind === "answer" && clock.now() < claims.until ? claims : undefined;
}

/**
 * Who has the token speaks for that person in this question alone: without capabilities, and by no other role than the one
 * by which they were asked, while they have it.
 */
async function callerOf(ports: DoorPorts, { person, as, until }: AnswerClaims): Promise<Caller> {
  const hasRole = as.startsWith("role/") && (await rolesOf(ports, person)).includes(as);
  return { ...person, roles: hasRole ? [as] : [], capabilities: [], expiresAt: until };
}

/** Those that somebody came with last; none of whoever was erased. */
const rolesOf = async ({ reach, ids }: DoorPorts, { id }: AnswerClaims["person"]) =>
  (await reach.read(keyOf({ ids }, `user/${id}`)))?.roles ?? [];

const isAsked: MayReply = async (_, caller, { subject, assignees }) => mayAnswer(caller, subject, assignees);
