import type { Ports } from "../ports.ts";
import type { OutEvent, RequestId } from "../protocol/index.ts";
import { decideDeadline, decideWithdrawal } from "./decide-deadline.ts";
import { decideRelay, isAnswered, needsHistory, taskOutput } from "./decide-relay.ts";
import { decideDue } from "./due.ts";
import { type FeedbackRequest, replyOf } from "./request.ts";

type RelayPorts = Pick<Ports, "requests" | "tokens" | "executions" | "bus" | "clock" | "log">;
type Opened = NonNullable<Awaited<ReturnType<Ports["tokens"]["open"]>>>;

/** Reply Accepted: hands the answer to the waiting execution, once in effect however often it is called. */
export async function deliver(ports: RelayPorts, id: RequestId): Promise<void> {
  const opened = await ports.tokens.open(id);
  if (opened) await deliverOpened(ports, opened);
}

async function deliverOpened(ports: RelayPorts, { request, taskToken }: Opened): Promise<void> {
  if (!isAnswered(request)) return;
  const { replyId } = request.status.reply;
  const word = await ports.executions.succeed(taskToken, taskOutput(request));
  const fate = needsHistory(word)
    ? await ports.executions.fate(request.execution, taskToken, replyId)
    : undefined;
  const now = ports.clock.now();
  const decision = decideRelay(request, word, fate, now);
  if (decision.decision === "again") return ports.requests.note(request, { relay: decision.relay });
  const result = await ports.requests.move(decision.transition);
  if (!result.won) return;
  const next = decision.transition.request;
  ports.log.metric("relay_ms", now - request.status.reply.at, { state: next.status.state });
  if (next.status.state === "unconfirmed")
    ports.log.warn("an answer's arrival cannot be told", { requestId: next.id });
  await ports.bus.put([changed(next), relayed(next)]);
}

/** Request Due: does what is due of a request by now, and computes anew when something will be. */
export async function due(ports: RelayPorts, id: RequestId): Promise<void> {
  const opened = await ports.tokens.open(id);
  if (!opened) return ports.log.metric("unknown_request", 1);
  const { request } = opened;
  const now = ports.clock.now();
  const actions = decideDue(request, now);
  if (actions.length === 0) await ports.requests.note(request, {});
  for (const action of actions)
    switch (action) {
      case "announce":
        await ports.bus.put([changed(request)]);
        break;
      case "relay":
        await deliverOpened(ports, opened);
        break;
      case "deadline":
        await passDeadline(ports, request, now);
        break;
      case "probe":
        await probe(ports, opened, now);
        break;
    }
}

async function passDeadline(ports: RelayPorts, request: FeedbackRequest, now: number): Promise<void> {
  const transition = decideDeadline(request, now);
  if (!(await ports.requests.move(transition)).won) return;
  const next = transition.request;
  const reply = replyOf(next);
  const what: OutEvent = reply
    ? { type: "Reply Accepted", requestId: next.id, replyId: reply.replyId }
    : {
        type: "Feedback Expired",
        requestId: next.id,
        subject: next.subject,
        execution: next.execution,
        thread: next.thread,
      };
  await ports.bus.put([what, changed(next)]);
}

/** The heartbeat keeps the wait alive, and finds out that it is gone. */
async function probe(ports: RelayPorts, { request, taskToken }: Opened, now: number): Promise<void> {
  const word = await ports.executions.heartbeat(taskToken);
  if (word === "ok") return ports.requests.note(request, { probeAt: now + request.probeEveryMs });
  if (word === "again")
    return ports.requests.note(request, { probeAt: now + Math.min(60_000, request.probeEveryMs / 3) });
  const transition = decideWithdrawal(request, "wait_gone", now);
  if ((await ports.requests.move(transition)).won) await ports.bus.put([changed(transition.request)]);
}

const changed = ({ id, version }: FeedbackRequest): OutEvent => ({
  type: "Request Changed",
  requestId: id,
  version,
});

function relayed(request: FeedbackRequest): OutEvent {
  const { replyId, verb } = replyOf(request)!;
  return {
    type: "Reply Relayed",
    requestId: request.id,
    replyId,
    subject: request.subject,
    execution: request.execution,
    verb,
    status: request.status.state as "relayed" | "undeliverable" | "unconfirmed",
  };
}
