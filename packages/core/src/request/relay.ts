import { defined, minutes, type RequestId, seconds } from "@callboard/protocol";
import type { Ports, TaskOutcome, WaitOutcome } from "../ports/index.ts";
import { type DueAction, decideDue } from "./agenda.ts";
import { decideDeadline, decideEscalation, decideReminder, decideWithdrawal, moveTo } from "./lifecycle.ts";
import { changeEvents } from "./move.ts";
import { type FeedbackRequest, noteOn, type Transition } from "./request.ts";

/** The ports of the relay: task tokens are opened here alone. */
export type RelayPorts = Pick<Ports, "tokens" | "executions" | "bus" | "clock" | "log"> & {
  readonly requests: Pick<Ports["requests"], "move" | "note">;
};

/** A request with its task token. */
type Opened = NonNullable<Awaited<ReturnType<Ports["tokens"]["open"]>>>;

/** A request whose answer must still be handed over. */
type Answered = FeedbackRequest & { readonly status: { readonly state: "answered" } };

const isAnswered = (request: FeedbackRequest): request is Answered => request.status.state === "answered";

/**
 * Handles Reply Accepted: hands the answer to the waiting execution. It takes effect once, however often this is
 * called.
 */
export async function deliver(ports: RelayPorts, id: RequestId): Promise<void> {
  const opened = await ports.tokens.open(id);
  if (opened) await handOver(ports, opened);
}

async function handOver(ports: RelayPorts, { request, taskToken }: Opened): Promise<void> {
  if (!isAnswered(request)) return;
  const { replyId } = request.status.reply;
  const outcome = await ports.executions.succeed(taskToken, taskOutput(request));
  const wait = needsHistory(outcome)
    ? await ports.executions.waitOutcome(request.execution, taskToken, replyId)
    : undefined;
  const now = ports.clock.now();
  const decision = decideRelay(request, outcome, wait, now);
  if ("again" in decision) {
    ports.log.metric("relay_age_ms", now - request.status.reply.at);
    await ports.requests.note(request, { relay: decision.again });
    return;
  }
  const result = await ports.requests.move(decision.transition);
  if (!result.won) return;
  const next = decision.transition.request;
  ports.log.metric("relay_ms", now - request.status.reply.at, { state: next.status.state });
  if (next.status.state !== "relayed") ports.log.metric(next.status.state, 1);
  if (next.status.state === "unconfirmed")
    ports.log.warn("it is unclear whether an answer arrived", { requestId: next.id });
  await ports.bus.put(changeEvents(next));
}

/** How long to retry an answer when it is unclear whether it arrived. */
const UNKNOWN_FOR_MS = minutes(15);
const MAX_BACKOFF_MS = minutes(1);

/** The final state of an answer, or when to try again. */
type RelayDecision =
  | { readonly transition: Transition }
  | { readonly again: { readonly at: number; readonly attempts: number } };

/** Decides what happened to an answer, from Step Functions' response and, if that is not enough, from the history. */
function decideRelay(
  request: Answered,
  outcome: TaskOutcome,
  wait: WaitOutcome | undefined,
  now: number,
): RelayDecision {
  const { reply, attempts } = request.status;
  const failed = (state: "undeliverable" | "unconfirmed", reason: string): RelayDecision => ({
    transition: moveTo(request, { state, reply, at: now, reason }, now),
  });
  if (outcome === "ok" || wait === "delivered")
    return { transition: moveTo(request, { state: "relayed", reply, at: now }, now) };
  if (outcome === "invalid") return failed("undeliverable", "answer_not_acceptable");
  if (wait === "gone") return failed("undeliverable", "wait_gone");
  if (wait === "no_access") return failed("unconfirmed", "history_not_readable");
  const retryUntil = (outcome === "again" ? (request.timeoutAt ?? Infinity) : reply.at) + UNKNOWN_FOR_MS;
  if (now >= retryUntil) return failed("unconfirmed", "no_final_word");
  const backoff = Math.min(MAX_BACKOFF_MS, seconds(5) * 2 ** Math.min(attempts, 10));
  return { again: { at: now + backoff, attempts: attempts + 1 } };
}

/** Whether only the execution's history can show what happened to the answer. */
const needsHistory = (outcome: TaskOutcome): boolean => outcome === "timed_out" || outcome === "missing";

/** The output of the waiting task. */
export function taskOutput(request: Answered): Record<string, unknown> {
  const { replyId, verb, candidateId, source, value, comment, round, by, via, digest, at } =
    request.status.reply;
  return defined({
    requestId: request.id,
    replyId,
    verb,
    candidateId,
    source,
    value,
    comment,
    round,
    by,
    via,
    digest,
    at,
  });
}

/** Handles Request Due: does the steps of a request that are due by now, and computes when the next one is due. */
export async function due(ports: RelayPorts, id: RequestId): Promise<void> {
  const opened = await ports.tokens.open(id);
  if (!opened) return ports.log.metric("unknown_request", 1);
  const now = ports.clock.now();
  const actions = decideDue(opened.request, now);
  if (actions.length === 0) {
    await ports.requests.note(opened.request, {});
    return;
  }
  let request: FeedbackRequest | undefined = opened.request;
  for (const action of actions) {
    // A process that changed the request meanwhile has announced that; steps that are still due come again.
    if (!request) return;
    request = await carryOut(ports, { ...opened, request }, action, now);
  }
}

/** Returns the resulting request; undefined if another process changed it. */
async function carryOut(
  ports: RelayPorts,
  opened: Opened,
  action: DueAction,
  now: number,
): Promise<FeedbackRequest | undefined> {
  const { request } = opened;
  switch (action) {
    case "announce":
      await ports.bus.put(changeEvents(request));
      return request;
    case "relay":
      await handOver(ports, opened);
      return undefined;
    case "deadline":
      return make(ports, decideDeadline(request, now));
    case "remind":
      return make(ports, decideReminder(request, now));
    case "escalate":
      return make(ports, decideEscalation(request, now));
    case "notify":
      return notify(ports, request, now);
    case "probe":
      return probe(ports, opened, now);
  }
}

const MIN_NOTICE_MS = minutes(1);
const MAX_NOTICE_MS = minutes(60);

/**
 * Puts Notice Due for people who have not opened the question. Until `notify` records that it is done, the notice is
 * due again: first after a minute, then after as long as it has been due already.
 */
async function notify(ports: RelayPorts, request: FeedbackRequest, now: number): Promise<FeedbackRequest> {
  const { id: requestId, notifyAt: from = now, remindedAt, askedAt, notifyAfterMs = 0 } = request;
  await ports.bus.put([{ type: "Notice Due", requestId }]);
  const since = remindedAt ?? askedAt + notifyAfterMs;
  const note = {
    notify: { from, at: now + Math.min(MAX_NOTICE_MS, Math.max(MIN_NOTICE_MS, now - since)) },
  };
  await ports.requests.note(request, note);
  return noteOn(request, note);
}

/** Applies a transition and publishes it; a lost race is no error. */
async function make(ports: RelayPorts, transition: Transition): Promise<FeedbackRequest | undefined> {
  if (!(await ports.requests.move(transition)).won) return undefined;
  await ports.bus.put(changeEvents(transition.request));
  return transition.request;
}

/** The heartbeat keeps the wait alive, and finds out when it no longer exists. */
async function probe(
  ports: RelayPorts,
  { request, taskToken }: Opened,
  now: number,
): Promise<FeedbackRequest | undefined> {
  const outcome = await ports.executions.heartbeat(taskToken);
  if (outcome !== "ok" && outcome !== "again")
    return make(ports, decideWithdrawal(request, "wait_gone", now));
  const next = outcome === "ok" ? request.probeEveryMs : Math.min(60_000, request.probeEveryMs / 3);
  await ports.requests.note(request, { probeAt: now + next });
  return request;
}
