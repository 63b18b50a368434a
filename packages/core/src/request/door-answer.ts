import type { AnswerView, ReplyBody, RequestId } from "@callboard/protocol";
import { keyOf } from "../access/people.ts";
import { type Caller, mayAnswer } from "../access/principal.ts";
import type { DoorClaims, Ports } from "../ports/index.ts";
import { type Acted, type MayReply, type ReplyPorts, reply } from "./act.ts";
import { type LookUpPorts, viewRequest } from "./look-up.ts";

type AnswerClaims = Extract<DoorClaims, { kind: "answer" }>;

/** The ports to identify the person behind a link's token. */
type DoorPorts = Pick<Ports, "doorTokens" | "clock" | "ids"> & {
  readonly reach: Pick<Ports["reach"], "read">;
};

/** Why nothing is shown or accepted: the token was not created here, has expired, or its person is no longer asked. */
export type DoorRefusal = "unauthorized" | "forbidden" | "not_found";

/**
 * The question of a token, complete, even after it was closed. Whoever has the token need not sign in. Changes nothing.
 */
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
 * Answers the question of a token in the name of the person for whom it was created, as long as they are still asked.
 * Owning the subject is not enough, because others may have the link. `lost` are numbers in its value that changed when
 * they were parsed.
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
 * The caller for a token: that person, for this question alone. They have no capabilities, and no role except the one
 * by which they were asked, as long as they have it.
 */
async function callerOf(ports: DoorPorts, { person, as, until }: AnswerClaims): Promise<Caller> {
  const hasRole = as.startsWith("role/") && (await rolesOf(ports, person)).includes(as);
  return { ...person, roles: hasRole ? [as] : [], capabilities: [], expiresAt: until };
}

/** The roles in a person's last token; none if they were erased. */
const rolesOf = async ({ reach, ids }: DoorPorts, { id }: AnswerClaims["person"]) =>
  (await reach.read(keyOf({ ids }, `user/${id}`)))?.roles ?? [];

const isAsked: MayReply = async (_, caller, { subject, assignees }) => mayAnswer(caller, subject, assignees);
