import type { OutEvent } from "@callboard/protocol";
import type { Ports } from "../ports/index.ts";
import { type FeedbackRequest, replyOf, type Transition } from "./request.ts";

/** What is decided about a request: with a transition it moves on, without one it stays as it is. */
interface Decided {
  readonly decision: string;
  readonly transition?: Transition;
}

/** Races with others' changes of a request that one change takes up; each of them moves the request on for good. */
const mostTries = 40;

/**
 * Moves a request on as `decide` says, in one conditional write. Whoever loses a race decides again on the request as it
 * then is. Answers the last decision and the request that it led to; undefined: there is no such request.
 */
export async function moveOn<D extends Decided>(
  { requests }: { readonly requests: Pick<Ports["requests"], "move"> },
  request: FeedbackRequest | undefined,
  decide: (request: FeedbackRequest) => D,
): Promise<{ readonly decided: D; readonly request: FeedbackRequest } | undefined> {
  let current = request;
  for (let tries = 0; current && tries < mostTries; tries++) {
    const decided = decide(current);
    const { transition } = decided;
    if (!transition) return { decided, request: current };
    const result = await requests.move(transition);
    if (result.won) return { decided, request: transition.request };
    current = result.current;
  }
  if (current) throw new Error(`request ${current.id} was changed by others ${mostTries} times in a row`);
  return undefined;
}

/**
 * What a change of a request brings about: an answer is handed over, and channels and bus are told of it. The row says it
 * all, so that the clock can do it again.
 */
export function changeEvents(request: FeedbackRequest): OutEvent[] {
  const { id: requestId, version, plugin } = request;
  const changed: OutEvent = { type: plugin ? "Turn Changed" : "Request Changed", requestId, version };
  if (request.last !== "answered") return [changed];
  return [{ type: "Reply Accepted", requestId, replyId: replyOf(request)!.replyId }, changed];
}

/**
 * Tells the bus of a change that somebody waits to be confirmed. It is a row by now: if the bus is out, the clock
 * tells it again, so that the confirmation is true either way.
 */
export async function tell(ports: Pick<Ports, "bus" | "log">, request: FeedbackRequest): Promise<void> {
  try {
    await ports.bus.put(changeEvents(request));
  } catch {
    ports.log.warn("the bus did not take a change; the clock will bring it", { requestId: request.id });
  }
}
