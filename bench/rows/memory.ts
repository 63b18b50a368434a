import { setTimeout as pause } from "node:timers/promises";
import { viewerProtocols } from "../callboard/tokens.ts";
import type { Child, Commands } from "../children/child.ts";
import { inUnit, ratio } from "../figure.ts";
import type { Broadcaster } from "../processes/broadcaster.ts";
import type { CallboardProcess } from "../processes/callboard.ts";
import type { Coming, Crowd } from "../processes/crowd.ts";
import type { Context, Figures } from "../row.ts";

export const name = "memory";

const AT_ONCE = 64;
/** Long enough for the memory of handshakes to be released. */
const REST_MS = 2000;

/** The result of one run for a server. */
interface Found {
  /** Growth of the server's process for each connection, in KB, after a garbage collection. */
  readonly rss: number;
  readonly heap: number;
  /** Connections a second. */
  readonly connects: number;
}

/** The cost of an idle connection, and the rate of new ones: Callboard and a bare `ws` server, both freshly started. */
export async function run(context: Context): Promise<Figures> {
  const found: { readonly callboard: Found[]; readonly ws: Found[] } = { callboard: [], ws: [] };
  for (let run = 1; run <= context.runs; run++) {
    const server = await context.start<CallboardProcess>("callboard");
    const { socket, pages } = await server.call("start", { posts: "in-process" });
    const protocols = await viewerProtocols(pages);
    found.callboard.push(await fill(context, server, { url: socket, dialect: "callboard", protocols }));
    const bare = await context.start<Broadcaster>("broadcaster");
    found.ws.push(await fill(context, bare, { url: await bare.call("url"), dialect: "plain" }));
    const [own, other] = [found.callboard.at(-1)!, found.ws.at(-1)!];
    context.say(
      `run ${run}: rss ${own.rss.toFixed(1)} to ${other.rss.toFixed(1)} KB, heap ${own.heap.toFixed(1)} to ${other.heap.toFixed(1)} KB, ${own.connects.toFixed()} to ${other.connects.toFixed()} a second`,
    );
  }
  const kb = inUnit("KB");
  const perSecond = (value: number) => `${Math.round(value).toLocaleString("en")}/s`;
  const of = (one: keyof Found) => found.callboard.map((run) => run[one]);
  const over = (one: keyof Found) => found.ws.map((run) => run[one]);
  return {
    figures: [
      ratio(
        {
          name: "memory.rss_over_ws",
          what: "growth of the process for each idle connection, Callboard over a bare `ws` server",
        },
        of("rss"),
        over("rss"),
        kb,
      ),
      ratio({ name: "memory.heap_over_ws", what: "the same of its heap" }, of("heap"), over("heap"), kb),
      ratio(
        {
          name: "memory.connects_over_ws",
          what: "connections a second, token checked, row written and welcomed, to a bare `ws` server's handshakes",
          goal: { atLeast: 0.3 },
        },
        of("connects"),
        over("connects"),
        perSecond,
      ),
    ],
  };
}

/** Opens connections to a server that was just started: some to warm it up, then those that are measured. */
async function fill(
  { quick, start }: Pick<Context, "quick" | "start">,
  server: Child<Commands>,
  coming: Omit<Coming, "count" | "atOnce">,
): Promise<Found> {
  const [warmUp, count] = quick ? [50, 200] : [1000, 4000];
  const crowd = await start<Crowd>("crowd");
  await crowd.call("come", { ...coming, count: warmUp, atOnce: AT_ONCE });
  await pause(REST_MS);
  const before = await server.memory();
  const { ms } = await crowd.call("come", { ...coming, count, atOnce: AT_ONCE });
  await pause(REST_MS);
  const after = await server.memory();
  await server.end();
  await crowd.end();
  return {
    rss: (after.rss - before.rss) / 1024 / count,
    heap: (after.heap - before.heap) / 1024 / count,
    connects: (count / ms) * 1000,
  };
}
