import { Channel } from "@callboard/protocol";
import { atPlace } from "../../at-place.ts";
import type { Ended, Options, Terminal } from "../../terminal.ts";

/** Counts the connections that follow a channel. */
export async function connections(terminal: Terminal, named: string, { json }: Options): Promise<Ended> {
  const channel = Channel.safeParse(named).data;
  if (!channel) return { misuse: "CHANNEL is watch:<subject>, work:<subject> or inbox:<principal>" };
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
