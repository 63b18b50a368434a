import { pageConnections } from "@callboard/functions/push";
import { heartbeatMs } from "@callboard/protocol";
import { quantity, short } from "../figure.ts";
import { dollarsOf } from "../pricing/list-prices.ts";
import { type Assumptions, pushTo, quotas } from "../pricing/scale-model.ts";
import { memoryGbOf } from "../pricing/use-case-costs.ts";
import { readResults } from "../results.ts";
import type { Context, Figures } from "../row.ts";

export const name = "scale";
export const computed = true;

/** When the sender was not measured yet: what it took where this was written. */
const usualCpuMsAPost = 0.1;
const heartbeatSeconds = heartbeatMs.watch / 1000;

/** One channel that a million people watch: how long a push takes, what it costs, and which quota binds first. */
export async function run({ say }: Context): Promise<Figures> {
  const measured = await cpuMsAPost();
  say(`a post takes ${short(measured)} ms of a processor`);
  const assumptions: Assumptions = {
    viewers: 1_000_000,
    cpuMsAPost: measured,
    roundTripMs: 15,
    inFlight: 128,
    page: pageConnections,
    rowBytes: 110,
    shards: 256,
  };
  const push = pushTo(assumptions);
  const { viewers } = assumptions;
  const [first, second] = Object.entries(push.bounds).sort(([, a], [, b]) => b - a);
  const dollars = dollarsOf({
    message: viewers,
    readUnit: push.readUnits,
    event: push.pages,
    invocation: push.pages,
    gigabyteSecond: push.functionSeconds * memoryGbOf("fanout"),
  });
  const pings = viewers / heartbeatSeconds;
  const one = (figure: string, what: string, unit: string, value: number, detail?: string) =>
    quantity({ name: `scale.${figure}`, what, unit, ...(detail ? { detail } : {}) }, [value]);
  return {
    figures: [
      one("pages", "functions for one push to a million viewers", "", push.pages),
      one("page_seconds", "what one of them takes", "s", push.pageSeconds),
      one("push_seconds", "one push with the default quotas", "s", first![1], first![0]),
      one("push_seconds_unbound", "one push were that quota raised", "s", second![1], second![0]),
      one("push_dollars", "one push", "$", dollars),
      one("join_seconds", "until all have connected", "s", viewers / quotas.connectsASecond),
    ],
    notes: notesOf(assumptions, push.bounds, push.readUnits, pings),
  };
}

async function cpuMsAPost(): Promise<number> {
  const { figures } = await readResults();
  const perSecond = figures["sender.lean_per_second"]?.value;
  return perSecond === undefined ? usualCpuMsAPost : 1000 / perSecond;
}

function notesOf(
  a: Assumptions,
  bounds: Readonly<Record<string, number>>,
  readUnits: number,
  pings: number,
): string {
  const rows = Object.entries(bounds)
    .sort(([, x], [, y]) => y - x)
    .map(([bound, seconds]) => `| ${bound} | ${short(seconds)} s |`);
  return `#### The model

A channel of ${a.viewers.toLocaleString("en")} viewers has ${a.shards} shards; one push is a Fan-out Page for each, and another for what a shard holds beyond ${a.page.toLocaleString("en")} connections. A page posts ${a.inFlight} at a time, with an assumed ${a.roundTripMs} ms to each answer and the measured ${short(a.cpuMsAPost)} ms of a processor a post. The rows of all subscriptions are ${readUnits.toLocaleString("en")} read units a push.

| what bounds it | alone it takes |
| --- | --- |
${rows.join("\n")}

The account's request rate binds first, by far: at its default one push takes longer than the quarter of a second between two pushes, so that a channel of this size is pushed as fast as the quota lets it, each push carrying all that changed since the last, and whoever was throttled beyond its time recovers at the next push or heartbeat. The heartbeats of a million viewers, one in four minutes, are ${short(pings)} messages a second of the same rate. To push to a million viewers once a second the rate has to be raised a hundredfold; all else has room.`;
}
