import { stuckAmong } from "@callboard/core";
import { readWords } from "../../arguments.ts";
import { atPlace } from "../../at-place.ts";
import type { Command } from "../../command.ts";
import { printRequests, unseen } from "./requests.ts";

export const relays: Command = {
  form: "[--json]",
  about: "list answers that were not handed over for more than a minute",
  async run(args, terminal) {
    const given = readWords(args, 0, ["json"]);
    if ("misuse" in given) return given;
    return atPlace(terminal, async ({ ops }) => {
      const { requests, more } = await ops.requests();
      const relays = stuckAmong(requests);
      if (given.on.has("json")) terminal.print(JSON.stringify({ relays, more }, null, 2));
      else printRequests(terminal, relays, "no answer is stuck");
      if (more) terminal.warn(unseen);
      return "done";
    });
  },
};
