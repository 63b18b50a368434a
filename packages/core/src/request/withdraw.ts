import type { FeedbackClosed, RequestId } from "@callboard/protocol";
import { checkSubject, type Envelope, executionOf } from "../execution.ts";
import type { Ports } from "../ports/index.ts";
import { accept, decideWithdrawal, repeat } from "./lifecycle.ts";
import { changeEvents, moveOn } from "./move.ts";
import { compareOrders, type FeedbackRequest } from "./request.ts";

type WithdrawPorts = Pick<Ports, "requests" | "bus" | "clock">;

/**
 * Handles Feedback Closed: the workflow itself no longer waits. The event may come late, or again. A question that was
 * asked after it stays open, by its order or else by the times of both events, which are whole seconds.
 */
export async function closeFeedback(
  ports: WithdrawPorts & Pick<Ports, "executionRecords">,
  detail: FeedbackClosed,
  envelope: Envelope,
): Promise<void> {
  const execution = executionOf(envelope, detail);
  const { subject, thread } = detail;
  const [head, record] = await Promise.all([
    ports.requests.readThread({ execution, subject, thread }),
    ports.executionRecords.read(execution),
  ]);
  checkSubject(envelope, "execution", record?.subject);
  const isMeant = ({ order, askedAt }: FeedbackRequest) =>
    detail.order ? compareOrders(order, detail.order) <= 0 : askedAt <= envelope.time;
  if (head) await withdraw(ports, head.requestId, detail.reason, isMeant);
}

/** Withdraws every open request of an execution for which `holds` returns true. */
export async function withdrawOf(
  ports: WithdrawPorts,
  execution: string,
  reason: string,
  holds: (request: FeedbackRequest) => boolean,
): Promise<void> {
  for (const { requestId } of await ports.requests.threads(execution))
    await withdraw(ports, requestId, reason, holds);
}

const isUnannounced = ({ status, announced, version }: FeedbackRequest): boolean =>
  status.state === "withdrawn" && announced < version;

/**
 * Withdraws a request if it is still open and `holds` returns true for it. One that was withdrawn before is announced
 * again, because the process may have died before announcing it.
 */
async function withdraw(
  ports: WithdrawPorts,
  id: RequestId,
  reason: string,
  holds: (request: FeedbackRequest) => boolean,
): Promise<void> {
  const found = await ports.requests.read(id);
  if (!found || !holds(found)) return;
  const moved = await moveOn(ports, found, (request) =>
    request.status.state === "open" ? accept(decideWithdrawal(request, reason, ports.clock.now())) : repeat,
  );
  if (moved && isUnannounced(moved.request)) await ports.bus.put(changeEvents(moved.request));
}
