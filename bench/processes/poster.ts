import { now } from "../children/now.ts";
import { serve } from "../children/serve.ts";
import { eachOf } from "../posting/each-of.ts";
import { type Posting, senders } from "../posting/senders.ts";

export type Poster = typeof commands;

let sender: ReturnType<(typeof senders)[Posting]> | undefined;

/** Posts in one way, in a process of its own. */
const commands = {
  by(posting: Posting, endpoint: string): void {
    sender = senders[posting](endpoint);
  },

  /** Posts a text to each of these; returns when it began and the processor time of this process, in milliseconds. */
  async post(
    ids: readonly string[],
    text: string,
    inFlight: number,
  ): Promise<{ start: number; cpuMs: number }> {
    const start = now();
    const before = process.cpuUsage();
    const post = sender!.prepare(text);
    await eachOf(ids, inFlight, async (id) => {
      const outcome = await post(id);
      if (outcome !== "sent") throw new Error(`a post was ${outcome}`);
    });
    const { user, system } = process.cpuUsage(before);
    return { start, cpuMs: (user + system) / 1000 };
  },
};

serve(commands);
