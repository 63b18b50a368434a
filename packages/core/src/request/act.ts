import {
  type AttentionState,
  limits,
  minutes,
  needsOf,
  type Principal,
  type ReplyBody,
  type RequestId,
  workChannel,
} from "@callboard/protocol";
import { type Caller, isOwner, mayAnswer, personOf, principalsOf } from "../access/principal.ts";
import type { Connected } from "../channel/follow.ts";
import type { Ports } from "../ports/index.ts";
import { attentionOf } from "./attending.ts";
import {
  type Actor,
  closedRefusal,
  type Decision,
  decideExtension,
  decideReassignment,
  decideReply,
  decideSeen,
  type Refusal,
  refuse,
} from "./lifecycle.ts";
import { changeEvents, moveOn, putChange } from "./move.ts";
import { schemaToFit } from "./reply-rules.ts";
import type { FeedbackRequest, Origin } from "./request.ts";

/** A person who acts on a request, and how (socket, HTTP or door). */
export interface Acting {
  readonly caller: Caller;
  readonly origin: Origin;
}

/** The result of an action; if the request already is as requested, the action is accepted too. */
export type Acted = { readonly status: "accepted" } | Refused;

type Refused = { readonly status: "refused" } & Omit<Refusal, "decision">;

type ActPorts = Pick<Ports, "requests" | "heads" | "bus" | "clock" | "log">;
/** The ports that a reply needs. */
export type ReplyPorts = ActPorts & Pick<Ports, "refusals" | "schemas">;

/** The check of who may reply to a request. */
export type MayReply = typeof mayAct;

/**
 * Handles a person's reply. One transaction accepts exactly one of all replies to a request; events, or the clock if
 * they are lost, bring it to the execution. A person who was refused too often gets only that as the reason, and their
 * values are no longer checked against a schema.
 */
export async function reply(
  ports: ReplyPorts,
  acting: Acting,
  id: RequestId,
  body: ReplyBody,
  may: MayReply = mayAct,
): Promise<Acted> {
  const outcome = await tryReply(ports, acting, id, body, may);
  return outcome.status === "refused" && outcome.code !== "rate_limited"
    ? limitRefusals(ports, acting.caller, outcome)
    : outcome;
}

async function tryReply(
  ports: ReplyPorts,
  acting: Acting,
  id: RequestId,
  body: ReplyBody,
  may: MayReply,
): Promise<Acted> {
  const { caller } = acting;
  // Read in the same turn, so that both share one read of the table.
  const [found, isLimited] = await Promise.all([
    readQuestion(ports, id),
    needsOf(body.verb).includes("schema") ? isRefusedTooOften(ports, caller) : false,
  ]);
  if (found && !(await may(ports, caller, found))) return refused(refuse("forbidden"));
  const decideWith = (issues: readonly string[]) => (request: FeedbackRequest, actor: Actor, now: number) =>
    decideReply(request, body, actor, now, issues);
  // A reply that is refused whatever its value needs no check of the value.
  const isFit = found && decideWith([])(found, actorOf(acting), ports.clock.now()).decision === "accept";
  const schema = isFit ? schemaToFit(found, body) : undefined;
  if (schema && isLimited) return rateLimited(ports);
  const issues = schema ? await ports.schemas.issues(schema, body.value) : [];
  return carryOut(ports, acting, found, decideWith(issues));
}

/** Moves the deadline, within the state's timeout, for a caller who may answer. */
export const extend = (ports: ActPorts, acting: Acting, id: RequestId, deadline: number): Promise<Acted> =>
  act(ports, acting, id, mayAct, (request, actor, now) => decideExtension(request, deadline, actor, now));

/** Reassigns the request to other people, for an owner. */
export const reassign = (
  ports: ActPorts,
  acting: Acting,
  id: RequestId,
  assignees: readonly Principal[],
): Promise<Acted> =>
  act(ports, acting, id, owns, (request, actor, now) => decideReassignment(request, assignees, actor, now));

/**
 * Stores what a person does about a request, as reported over a connection, and shows it to those who work on the
 * subject. The request's version does not change.
 */
export async function attend(
  ports: Pick<Ports, "requests" | "heads" | "attention" | "bus" | "clock">,
  connected: Connected,
  requestId: RequestId,
  state: AttentionState,
): Promise<Acted> {
  const request = await readQuestion(ports, requestId);
  if (!request) return refused(refuse("not_found"));
  if (!(await mayAct(ports, connected.caller, request))) return refused(refuse("forbidden"));
  const now = ports.clock.now();
  const closed = closedRefusal(request, now);
  if (closed) return refused(closed);
  await ports.attention.put(attentionOf(connected, requestId, state, now));
  const seen = state === "left" ? undefined : await see(ports, connected, request);
  await ports.bus.put([{ type: "Attention Changed", requestId }, ...(seen ? changeEvents(seen) : [])]);
  return { status: "accepted" };
}

/** Ends all attention over a closed connection, and updates what others see of it. */
export async function endAttention(
  { attention, bus, clock }: Pick<Ports, "attention" | "bus" | "clock">,
  connectionId: string,
): Promise<void> {
  const left = await attention.leave(connectionId, clock.now());
  if (left.length > 0)
    await bus.put(left.map((requestId) => ({ type: "Attention Changed" as const, requestId })));
}

/**
 * Records that an assignee has a request on the screen, the first time that any of them does. Returns the request if it
 * has a new version, so that the caller publishes it; if that fails, the clock does.
 */
async function see(
  ports: Pick<Ports, "requests" | "clock">,
  { caller, connectionId }: Connected,
  found: FeedbackRequest,
): Promise<FeedbackRequest | undefined> {
  const isAsked = found.assignees.some((one) => principalsOf(caller).includes(one));
  if (!isAsked || found.seenAt !== undefined) return undefined;
  const actor: Actor = { by: personOf(caller), origin: { way: "socket", device: connectionId } };
  const moved = await moveOn(ports, found, (request) => decideSeen(request, actor, ports.clock.now()));
  return moved?.decided.decision === "accept" ? moved.request : undefined;
}

/** Reads a question to people; undefined for a plugin's turn. */
export async function readQuestion(
  { requests }: { readonly requests: Pick<Ports["requests"], "read"> },
  id: RequestId,
): Promise<FeedbackRequest | undefined> {
  const request = await requests.read(id);
  return request?.plugin ? undefined : request;
}

type Decide = (request: FeedbackRequest, actor: Actor, now: number) => Decision;

const actorOf = ({ caller, origin }: Acting): Actor => ({ by: personOf(caller), origin });

/** Checks once whether the caller may act at all. */
async function act(
  ports: ActPorts,
  acting: Acting,
  id: RequestId,
  may: typeof mayAct,
  decide: Decide,
): Promise<Acted> {
  const found = await readQuestion(ports, id);
  if (found && !(await may(ports, acting.caller, found))) return refused(refuse("forbidden"));
  return carryOut(ports, acting, found, decide);
}

/** Decides on the request as it is when it is changed. */
async function carryOut(
  ports: ActPorts,
  acting: Acting,
  found: FeedbackRequest | undefined,
  decide: Decide,
): Promise<Acted> {
  const moved = await moveOn(ports, found, (request) => decide(request, actorOf(acting), ports.clock.now()));
  if (!moved) return refused(refuse("not_found"));
  const { decided, request } = moved;
  if (decided.decision === "refuse") return refused(decided);
  if (decided.decision === "accept") await putChange(ports, request);
  return { status: "accepted" };
}

const refused = ({ decision: _, ...why }: Refusal): Refused => ({ status: "refused", ...why });

/**
 * Whether a caller may act on a request. Assignment and capabilities are enough for most callers; for an owner it takes
 * a read.
 */
export async function mayAct(
  ports: Pick<Ports, "heads">,
  caller: Caller,
  request: FeedbackRequest,
): Promise<boolean> {
  return mayAnswer(caller, request.subject, request.assignees) || owns(ports, caller, request);
}

/** Whether a caller owns the subject of a request. */
export async function owns(
  ports: Pick<Ports, "heads">,
  caller: Caller,
  request: FeedbackRequest,
): Promise<boolean> {
  const name = workChannel(request.subject);
  return isOwner(caller, (await ports.heads.read([name])).get(name));
}

type CountPorts = Pick<Ports, "refusals" | "clock" | "log">;

/** Whether a caller has reached the limit of refusals in this minute. If the count fails, the caller is not limited. */
async function isRefusedTooOften({ refusals, clock, log }: CountPorts, caller: Caller): Promise<boolean> {
  const soFar = await refusals.soFar(caller.id, clock.now()).catch(() => {
    log.warn("refusals could not be counted");
    return 0;
  });
  return soFar >= limits.refusalsPerMinute;
}

/**
 * Counts a refusal and returns it. If the caller was refused too often in this minute, returns `rate_limited` without
 * the reason. If the count fails, the reason is returned.
 */
async function limitRefusals(ports: CountPorts, caller: Caller, refusal: Refused): Promise<Refused> {
  const count = await ports.refusals.count(caller.id, ports.clock.now()).catch(() => {
    ports.log.warn("a refusal was not counted", { code: refusal.code });
    return 0;
  });
  return count <= limits.refusalsPerMinute ? refusal : rateLimited(ports);
}

function rateLimited({ clock, log }: CountPorts): Refused {
  log.metric("rate_limited", 1);
  return refused(refuse("rate_limited", { retryAfterMs: minutes(1) - (clock.now() % minutes(1)) }));
}
