import { BadEvent, type FeedbackClosed, type RequestId } from "@callboard/protocol";
import type { Ports } from "../ports/index.ts";
import type { Envelope } from "../progress/envelope.ts";
import { compareOrders } from "./decide-ask.ts";
import { decideWithdrawal } from "./decide-deadline.ts";
import type { FeedbackRequest } from "./request.ts";
import { tidings } from "./tidings.ts";

type WithdrawPorts = Pick<Ports, "requests" | "bus" | "clock">;

/**
 * Feedback Closed: the workflow itself no longer waits. The bus may bring it late, or again: a question that was asked
 * after it stays, as its order says, or else the times of both events, which are whole seconds.
 */
export async function closeFeedback(
  ports: WithdrawPorts,
  detail: FeedbackClosed,
  envelope: Envelope,
): Promise<void> {
  const execution = envelope.execution ?? detail.execution;
  if (execution === undefined)
    throw new BadEvent("execution: neither in the event's resources nor in its detail");
  const head = await ports.requests.readThread(execution, detail.thread);
  const isMeant = ({ order, askedAt }: FeedbackRequest) =>
    detail.order ? compareOrders(order, detail.order) <= 0 : askedAt <= envelope.time;
  if (head) await withdraw(ports, head.requestId, detail.reason, isMeant);
}

/** Withdraws every open request of an execution of which `holds` is true. */
export async function withdrawOf(
  ports: WithdrawPorts,
  execution: string,
  reason: string,
  holds: (request: FeedbackRequest) => boolean,
): Promise<void> {
  for (const { requestId } of await ports.requests.threads(execution))
    await withdraw(ports, requestId, reason, holds);
}

/**
 * Withdraws a request if it is still open and `holds` is true of it. One that was withdrawn before is announced again:
 * the process may have died in between.
 */
export async function withdraw(
  ports: WithdrawPorts,
  id: RequestId,
  reason: string,
  holds: (request: FeedbackRequest) => boolean = () => true,
): Promise<void> {
  let request = await ports.requests.read(id);
  if (!request || !holds(request)) return;
  while (request?.status.state === "open") {
    const transition = decideWithdrawal(request, reason, ports.clock.now());
    const result = await ports.requests.move(transition);
    if (result.won) return ports.bus.put(tidings(transition.request));
    request = result.current;
  }
  if (request?.status.state === "withdrawn" && request.announced < request.version)
    await ports.bus.put(tidings(request));
}
