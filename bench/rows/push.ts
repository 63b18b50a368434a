import { setTimeout as pause } from "node:timers/promises";
import { short } from "../figure.ts";
import { bareWs, type Contestant, callboard, serverlessOffline, socketIo } from "../pushing/contestants.ts";
import { measure } from "../pushing/measure.ts";
import { type ContestantName, contestants, type Push, pushFigures, pushNotes } from "../pushing/pushes.ts";
import type { Context, Figures } from "../row.ts";
import { withMarker } from "../sockets/marker.ts";

export const name = "push";

type Contestants = Readonly<Record<ContestantName, Contestant>>;

/** Longer than the time between two pushes of one channel, so that all work has ended. */
const PAUSE_MS = 500;

/** The time from one event until the last of many browsers has it, compared with other ways to send it. */
export async function run(context: Context): Promise<Figures> {
  const sizes = context.quick ? [50, 100, 200] : [1000, 5000, 10_000];
  const overHttp = await callboard(context, "http");
  const all: Contestants = {
    http: overHttp.push,
    loop: overHttp.loop,
    local: (await callboard(context, "in-process")).push,
    ws: await bareWs(context),
    socket_io: await socketIo(context),
    serverless_offline: await serverlessOffline(context),
  };
  const pushes: Push[] = [];
  for (const size of sizes) {
    for (const one of contestants) await all[one].grow(size);
    pushes.push(...(await contest(context, all, size)));
  }
  return { figures: pushFigures(pushes), notes: pushNotes(pushes) };
}

/** Measures all of them in turn, as often as there are runs, after one run that does not count. */
async function contest({ runs, say }: Context, all: Contestants, size: number): Promise<Push[]> {
  const { text } = await measure({ ...all.http, tell: (marker) => all.http.tell(marker, "") });
  const pushes: Push[] = [];
  for (let run = 0; run <= runs; run++) {
    const took: string[] = [];
    for (const one of contestants) {
      await pause(PAUSE_MS);
      const tell = (marker: string) => all[one].tell(marker, withMarker(text, marker));
      const { ms, cpuMs, missed } = await measure({ ...all[one], tell });
      if (run > 0) pushes.push({ one, size, ms, cpuMs, missed });
      took.push(`${one} ${short(ms)}${missed > 0 ? ` (${missed} missed)` : ""}`);
    }
    if (run > 0) say(`${size} browsers, run ${run}, in ms: ${took.join(", ")}`);
  }
  return pushes;
}
