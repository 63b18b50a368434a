import { type RequestOverview, stuckAmong } from "@callboard/core";
import { Channel, channelRule } from "@callboard/protocol";
import { atPlace } from "../../at-place.ts";
import { type Ended, inColumns, type Options, type Terminal } from "../../terminal.ts";
import { spanOf, timeOf } from "../../when.ts";

/** Lists requests that are open or whose answer is on its way, the oldest first. */
export function requests(terminal: Terminal, { json }: Options): Promise<Ended> {
  return atPlace(terminal, async ({ ops }) => {
    const { requests, more } = await ops.requests();
    if (json) terminal.print(JSON.stringify({ requests, more }, null, 2));
    else printRequests(terminal, requests, "no request is open");
    if (more) terminal.warn(unseen);
    return "done";
  });
}

/** Lists answers that the workflow has not received for more than a minute. */
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

/** An answer is tried at least every minute, so stuck ones are among the first that are read. */
const unseen = "there are more; those with the nearest due time are shown";

/** A table with headings, a line for each request; prints `none` when there are none. */
export function printRequests(terminal: Terminal, lines: readonly RequestOverview[], none: string): void {
  const head = ["REQUEST", "SUBJECT", "THREAD", "AGE", "DEADLINE", "STATE", "OF"];
  const table = inColumns([head, ...lines.map(cellsOf)]).join("\n");
  terminal.print(lines.length === 0 ? none : table);
}

const cellsOf = ({
  requestId,
  subject,
  thread,
  round,
  ageMs,
  deadline,
  assignees,
  relay,
}: RequestOverview) => [
  requestId,
  subject,
  `${thread} ${round}`,
  spanOf(ageMs),
  deadline === undefined ? "none" : timeOf(deadline),
  relay ? stateOf(relay) : "open",
  assignees.join(", "),
];

const stateOf = ({ stuck, ageMs, attempts }: NonNullable<RequestOverview["relay"]>): string =>
  `${stuck ? "STUCK: " : ""}answered ${spanOf(ageMs)} ago, ${attempts} ${attempts === 1 ? "attempt" : "attempts"}`;

/** Counts the connections that follow a channel. */
export async function connections(terminal: Terminal, named: string, { json }: Options): Promise<Ended> {
  const channel = Channel.safeParse(named).data;
  if (!channel) return { misuse: `CHANNEL is not a channel: ${channelRule}` };
  return atPlace(terminal, async ({ ops }) => {
    const counted = await ops.connections(channel);
    if (json) terminal.print(JSON.stringify(counted, null, 2));
    else {
      const { total, shards } = counted;
      terminal.print(`${channel}: ${total} ${total === 1 ? "connection" : "connections"}`);
      terminal.print(shards.map((count, shard) => `  shard ${shard}: ${count}`).join("\n"));
    }
    return "done";
  });
}
