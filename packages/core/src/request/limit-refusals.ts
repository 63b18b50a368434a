import { limits, minutes } from "@callboard/protocol";
import type { Caller } from "../access/principal.ts";
import type { Ports } from "../ports/index.ts";
import { type Refusal, refuse } from "./closed-refusal.ts";

type LimitPorts = Pick<Ports, "refusals" | "clock" | "log">;

/**
 * Counts a refusal, and gives it back as it is or, to a caller who was refused too often in this minute, as
 * `rate_limited` without its reason. A count that fails withholds nothing.
 */
export async function limitRefusals(ports: LimitPorts, caller: Caller, refusal: Refusal): Promise<Refusal> {
  const now = ports.clock.now();
  const count = await ports.refusals.count(caller.id, now).catch(() => {
    ports.log.warn("a refusal was not counted", { code: refusal.code });
    return 0;
  });
  if (count <= limits.refusalsPerMinute) return refusal;
  ports.log.metric("rate_limited", 1);
  return refuse("rate_limited", { retryAfterMs: minutes(1) - (now % minutes(1)) });
}
