import type { Ports } from "../ports/index.ts";
import type { FeedbackRequest } from "./request.ts";
import { tidings } from "./tidings.ts";

/**
 * Tells the bus of a change that somebody waits to be confirmed. It is a row by now: if the bus is out, the clock
 * tells it again, so that the confirmation is true either way.
 */
export async function tell(ports: Pick<Ports, "bus" | "log">, request: FeedbackRequest): Promise<void> {
  try {
    await ports.bus.put(tidings(request));
  } catch {
    ports.log.warn("the bus did not take a change; the clock will bring it", { requestId: request.id });
  }
}
