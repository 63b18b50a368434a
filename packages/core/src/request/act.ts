import {
  type AttentionState,
  limits,
  minutes,
  type Principal,
  type ReplyBody,
  type RequestId,
  workChannel,
} from "@callboard/protocol";
import { type Caller, isOwner, mayAnswer, personOf } from "../access/principal.ts";
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
  type Refusal,
  refuse,
} from "./lifecycle.ts";
import { moveOn, tell } from "./move.ts";
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

/**
 * A person's reply. Of all replies to a request one is accepted, in one transaction; the rest of its way is made by
 * events, or by the clock if they are lost. Whoever is refused too often is told no more than that.
 */
export async function reply(
  ports: ActPorts & Pick<Ports, "refusals" | "schemas">,
  acting: Acting,
  id: RequestId,
  body: ReplyBody,
): Promise<Acted> {
  const outcome = await act(ports, acting, id, mayAct, (request, actor, now) =>
    decideReply(request, body, actor, now, ports.schemas.issues),
  );
  return outcome.status === "refused" ? limitRefusals(ports, acting.caller, outcome) : outcome;
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
  const request = await ports.requests.read(requestId);
  if (!request) return refused(refuse("not_found"));
  if (!(await mayAct(ports, connected.caller, request))) return refused(refuse("forbidden"));
  const now = ports.clock.now();
  const closed = closedRefusal(request, now);
  if (closed) return refused(closed);
  await ports.attention.put(attentionOf(connected, requestId, state, now));
  await ports.bus.put([{ type: "Attention Changed", requestId }]);
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

/** Who may at all is asked once; what becomes of it is decided on the request as it is when it moves on. */
async function act(
  ports: ActPorts,
  { caller, origin }: Acting,
  id: RequestId,
  may: typeof mayAct,
  decide: (request: FeedbackRequest, actor: Actor, now: number) => Decision,
): Promise<Acted> {
  const found = await ports.requests.read(id);
  if (found && !(await may(ports, caller, found))) return refused(refuse("forbidden"));
  const actor = { by: personOf(caller), origin };
  const moved = await moveOn(ports, found, (request) => decide(request, actor, ports.clock.now()));
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
async function owns(ports: Pick<Ports, "heads">, caller: Caller, request: FeedbackRequest): Promise<boolean> {
  const name = workChannel(request.subject);
  return isOwner(caller, (await ports.heads.read([name])).get(name));
}

/**
 * Counts a refusal, and gives it back as it is or, to a caller who was refused too often in this minute, as
 * `rate_limited` without its reason. A count that fails withholds nothing.
 */
async function limitRefusals(
  ports: Pick<Ports, "refusals" | "clock" | "log">,
  caller: Caller,
  refusal: Refused,
): Promise<Refused> {
  const now = ports.clock.now();
  const count = await ports.refusals.count(caller.id, now).catch(() => {
    ports.log.warn("a refusal was not counted", { code: refusal.code });
    return 0;
  });
  if (count <= limits.refusalsPerMinute) return refusal;
  ports.log.metric("rate_limited", 1);
  return refused(refuse("rate_limited", { retryAfterMs: minutes(1) - (now % minutes(1)) }));
}
