import { stuckAmong } from "@callboard/core";
import { atPlace } from "../../at-place.ts";
import type { Ended, Options, Terminal } from "../../terminal.ts";
import { printRequests, unseen } from "./requests.ts";

/** Lists answers that were not handed over for more than a minute. */
export function relays(terminal: Terminal, { json }: Options): Promise<Ended> {
  return atPlace(terminal, async ({ ops }) => {
    const { requests, more } = await ops.requests();
    const relays = stuckAmong(requests);
    if (json) terminal.print(JSON.stringify({ relays, more }, null, 2));
    else printRequests(terminal, relays, "no answer is stuck");
    if (more) terminal.warn(unseen);
    return "done";
  });
}
