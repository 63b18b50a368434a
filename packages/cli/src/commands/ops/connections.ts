import { Channel } from "@callboard/protocol";
import { readArguments } from "../../arguments.ts";
import { atPlace } from "../../at-place.ts";
import type { Command } from "../../command.ts";

export const connections: Command = {
  form: "CHANNEL [--json]",
  about: "count the connections that follow a channel, by shard",
  async run(args, terminal) {
    const given = readArguments(args, "CHANNEL", ["json"]);
    if ("misuse" in given) return given;
    const channel = Channel.safeParse(given.word).data;
    if (!channel) return { misuse: "CHANNEL is watch:<subject>, work:<subject> or inbox:<principal>" };
    return atPlace(terminal, async ({ ops }) => {
      const counted = await ops.connections(channel);
      if (given.on.has("json")) terminal.print(JSON.stringify(counted, null, 2));
      else {
        const { total, shards } = counted;
        terminal.print(`${channel}: ${total} ${total === 1 ? "connection" : "connections"}`);
        terminal.print(shards.map((count, shard) => `  shard ${shard}: ${count}`).join("\n"));
      }
      return "done";
    });
  },
};
