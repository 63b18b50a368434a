import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLmdb } from "@callboard/aws-local";
import { now } from "../children/now.ts";
import { serve } from "../children/serve.ts";

export type Committer = typeof commands;

const folder = await mkdtemp(join(tmpdir(), "callboard-bench-"));
const store = openLmdb(folder);
const value = { text: "x".repeat(1500) };

/** A store like that of a service, without the service. */
const commands = {
  /** Makes that many commits one after another; returns the time of each in milliseconds. */
  async commits(count: number): Promise<number[]> {
    const times: number[] = [];
    for (let n = 0; n < count; n++) {
      const start = now();
      await store.write([[["bench", n % 100], value]]);
      times.push(now() - start);
    }
    return times;
  },
};

serve(commands, async () => {
  await store.close();
  await rm(folder, { recursive: true });
});
