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
import { changeEvents, moveOn, tell } from "./move.ts";
import { schemaToFit } from "./reply-rules.ts";
import type { FeedbackRequest, Origin } from "./request.ts";

/** Somebody who acts on a request, and by which way. */
export interface Acting {
  readonly caller: Caller;
  readonly origin: Origin;
}

/** What became of what somebody wanted of a request; what was so already is accepted too. */
export type Acted = { readonly status: "accepted" } | Refused;

type Refused = { readonly status: "refused" } & Omit<Refusal, "decision">;

type ActPorts = Pick<Ports, "requests" | "heads" | "bus" | "clock" | "log">;
/** What a reply needs. */
export type ReplyPorts = ActPorts & Pick<Ports, "refusals" | "schemas">;

/** Who may reply to a request. */
export type MayReply = typeof mayAct;

/**
 * A person's reply. Of all replies to a request one is accepted, in one transaction; the rest of its way is made by
 * events, or by the clock if they are lost. Whoever is refused too often is told no more than that, and nothing of theirs
 * is checked against a schema.
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
  // Asked for in the same turn: the table is read once.
  const [found, isLimited] = await Promise.all([
    readQuestion(ports, id),
    needsOf(body.verb).includes("schema") ? isRefusedTooOften(ports, caller) : false,
  ]);
  if (found && !(await may(ports, caller, found))) return refused(refuse("forbidden"));
  const decideWith = (issues: readonly string[]) => (request: FeedbackRequest, actor: Actor, now: number) =>
    decideReply(request, body, actor, now, issues);
  // What is refused whatever its value says needs no check of it.
  const isFit = found && decideWith([])(found, actorOf(acting), ports.clock.now()).decision === "accept";
  const schema = isFit ? schemaToFit(found, body) : undefined;
  if (schema && isLimited) return rateLimited(ports);
  const issues = schema ? await ports.schemas.issues(schema, body.value) : [];
  return carryOut(ports, acting, found, decideWith(issues));
}

/** Whoever may answer moves the deadline, within the state's timeout. */
export const extend = (ports: ActPorts, acting: Acting, id: RequestId, deadline: number): Promise<Acted> =>
  act(ports, acting, id, mayAct, (request, actor, now) => decideExtension(request, deadline, actor, now));

/** An owner puts the request to others. */
export const reassign = (
  ports: ActPorts,
  acting: Acting,
  id: RequestId,
  assignees: readonly Principal[],
): Promise<Acted> =>
  act(ports, acting, id, owns, (request, actor, now) => decideReassignment(request, assignees, actor, now));

/**
 * Keeps what somebody does about a request as they say over a connection, and lets those who work on the subject see it.
 * No version moves.
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

/**
 * A connection is closed: nobody attends to anything over it any more. Those who work on what somebody attended to until
 * now are told.
 */
export async function endAttention(
  { attention, bus, clock }: Pick<Ports, "attention" | "bus" | "clock">,
  connectionId: string,
): Promise<void> {
  const left = await attention.leave(connectionId, clock.now());
  if (left.length > 0)
    await bus.put(left.map((requestId) => ({ type: "Attention Changed" as const, requestId })));
}

/**
 * Whoever was asked and has it on the screen first has seen it, for everybody. Answers the request if this has moved it on,
 * for the bus to be told; should that fail, the clock tells it.
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

/** A question to people; a plugin's turn is none. */
export async function readQuestion(
  { requests }: { readonly requests: Pick<Ports["requests"], "read"> },
  id: RequestId,
): Promise<FeedbackRequest | undefined> {
  const request = await requests.read(id);
  return request?.plugin ? undefined : request;
}

type Decide = (request: FeedbackRequest, actor: Actor, now: number) => Decision;

const actorOf = ({ caller, origin }: Acting): Actor => ({ by: personOf(caller), origin });

/** Who may at all is asked once. */
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

/** What becomes of it is decided on the request as it is when it moves on. */
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
  if (decided.decision === "accept") await tell(ports, request);
  return { status: "accepted" };
}

const refused = ({ decision: _, ...why }: Refusal): Refused => ({ status: "refused", ...why });

/** Tells whether a caller may act on a request. Assignment and capabilities are enough for most; an owner costs a read. */
export async function mayAct(
  ports: Pick<Ports, "heads">,
  caller: Caller,
  request: FeedbackRequest,
): Promise<boolean> {
  return mayAnswer(caller, request.subject, request.assignees) || owns(ports, caller, request);
}

/** Tells whether a caller owns the subject of a request. */
export async function owns(
  ports: Pick<Ports, "heads">,
  caller: Caller,
  request: FeedbackRequest,
): Promise<boolean> {
  const name = workChannel(request.subject);
  return isOwner(caller, (await ports.heads.read([name])).get(name));
}

type CountPorts = Pick<Ports, "refusals" | "clock" | "log">;

/** Whether a caller was refused as often as one may be in a minute. A count that fails withholds nothing. */
async function isRefusedTooOften({ refusals, clock, log }: CountPorts, caller: Caller): Promise<boolean> {
  const soFar = await refusals.soFar(caller.id, clock.now()).catch(() => {
    log.warn("refusals could not be counted");
    return 0;
  });
  return soFar >= limits.refusalsPerMinute;
}

/**
 * Counts a refusal, and gives it back as it is or, to a caller who was refused too often in this minute, as
 * `rate_limited` without its reason. A count that fails withholds nothing.
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
