import type { OutEvent } from "@callboard/protocol";
import type { Ports } from "../ports/index.ts";
import { type FeedbackRequest, replyOf, type Transition } from "./request.ts";

/** A decision about a request: with a transition it gets a new version, without one it stays unchanged. */
interface Decided {
  readonly decision: string;
  readonly transition?: Transition;
}

/** How often one change decides again after lost races; each race that is lost gave the request a new version. */
const MAX_TRIES = 40;

/**
 * Applies the transition of `decide` in one conditional write. After a lost race it decides again on the request as it
 * is then. Returns the last decision and the resulting request; undefined: there is no such request.
 */
export async function moveOn<D extends Decided>(
  { requests }: { readonly requests: Pick<Ports["requests"], "move"> },
  request: FeedbackRequest | undefined,
  decide: (request: FeedbackRequest) => D,
): Promise<{ readonly decided: D; readonly request: FeedbackRequest } | undefined> {
  let current = request;
  for (let tries = 0; current && tries < MAX_TRIES; tries++) {
    const decided = decide(current);
    const { transition } = decided;
    if (!transition) return { decided, request: current };
    const result = await requests.move(transition);
    if (result.won) return { decided, request: transition.request };
    current = result.current;
  }
  if (current) throw new Error(`request ${current.id} was changed by others ${MAX_TRIES} times in a row`);
  return undefined;
}

/**
 * The events after a change of a request: an answer is relayed, and the change is announced. They follow from the row
 * alone, so that the clock can put them again.
 */
export function changeEvents(request: FeedbackRequest): OutEvent[] {
  const { id: requestId, version, plugin } = request;
  const changed: OutEvent = { type: plugin ? "Turn Changed" : "Request Changed", requestId, version };
  if (request.last !== "answered") return [changed];
  return [{ type: "Reply Accepted", requestId, replyId: replyOf(request)!.replyId }, changed];
}

/**
 * Puts the events of a change before the caller gets a confirmation. The change is already a row: if the bus is down,
 * the clock puts them later, so the confirmation is true either way.
 */
export async function putChange(ports: Pick<Ports, "bus" | "log">, request: FeedbackRequest): Promise<void> {
  try {
    await ports.bus.put(changeEvents(request));
  } catch {
    ports.log.warn("the bus did not take a change; the clock will bring it", { requestId: request.id });
  }
}
