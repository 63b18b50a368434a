import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Channel, Subject } from "@callboard/protocol";
import { devToken } from "../callboard/tokens.ts";
import type { Child } from "../children/child.ts";
import { inUnit, quantity, ratio, short } from "../figure.ts";
import type { Broadcaster } from "../processes/broadcaster.ts";
import type { CallboardProcess } from "../processes/callboard.ts";
import type { Clients } from "../processes/clients.ts";
import type { Context, Figures } from "../row.ts";

export const name = "recovery";

const REST_MS = 5000;
/** A channel holds 500 keys at most. */
const MAX_KEYS = 400;
/** Events of one channel that are put together; more would only race each other. */
const BATCH = 10;

interface Scene {
  readonly server: Child<CallboardProcess>;
  readonly clients: Child<Clients>;
  readonly socket: string;
  readonly token: string;
}

/** How soon clients that were away are complete again: one that missed much, and many that return at the same time. */
export async function run(context: Context): Promise<Figures> {
  const data = await mkdtemp(join(tmpdir(), "callboard-bench-"));
  try {
    return await measure(context, data);
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

async function measure(context: Context, data: string): Promise<Figures> {
  const { runs, quick, say, start } = context;
  const missed = quick ? [2, 4, 8] : [10, 100, 1000];
  const crowd = quick ? 20 : 1000;
  const bare = await start<Broadcaster>("broadcaster");
  const clients = await start<Clients>("clients");
  const ms = { missed: new Map<number, number[]>(), restart: [] as number[], bare: [] as number[] };
  let settings = { port: 0, socketPort: 0, awsPort: 0, data };
  let server = await start<CallboardProcess>("callboard");
  let addresses = await server.call("start", { posts: "in-process", settings });
  const scene = async (): Promise<Scene> => ({
    server,
    clients,
    socket: addresses.socket,
    token: await devToken(addresses.pages, "vic", "viewer"),
  });
  // From now on it restarts at the same address.
  settings = {
    port: portOf(addresses.pages),
    socketPort: portOf(addresses.socket),
    awsPort: portOf(addresses.aws),
    data,
  };
  for (let run = 0; run <= runs; run++) {
    for (const changes of missed) {
      const took = await recoverFrom(await scene(), changes, `bench/missed-${run}-${changes}`);
      if (run > 0) ms.missed.set(changes, [...(ms.missed.get(changes) ?? []), took]);
    }
    // The first run does not count.
    if (run === 0) continue;
    ms.bare.push(await clients.call("bare", await bare.call("url"), crowd));
    const took = await comeBack(await scene(), crowd, `bench/restart-${run}`, async () => {
      await server.end();
      server = await start<CallboardProcess>("callboard");
      addresses = await server.call("start", { posts: "in-process", settings });
      return server;
    });
    ms.restart.push(took);
    // The end of that many connections is work too, which must be finished first.
    await pause(REST_MS);
    const away = missed.map((changes) => `${changes} missed ${short(ms.missed.get(changes)!.at(-1)!)}`);
    say(
      `run ${run}, in ms: ${away.join(", ")}; ${crowd} after a restart ${short(took)}, bare ${short(ms.bare.at(-1)!)}`,
    );
  }
  return figuresOf(ms, missed, crowd);
}

const portOf = (address: string): number => Number(new URL(address).port);

/** One client misses that many changes of its channel; returns the milliseconds from its return until it is complete. */
async function recoverFrom(
  { server, clients, socket, token }: Scene,
  changes: number,
  subject: Subject,
): Promise<number> {
  const channel: Channel = `watch:${subject}`;
  await change(server, subject, 0, 1);
  await clients.call("join", socket, token, channel, 1);
  await clients.call("shutGate");
  await clients.call("drop");
  await change(server, subject, 1, changes);
  await clients.call("gathered");
  const { head } = await server.call("channel", channel);
  const took = await clients.call("recover", head);
  await clients.call("leave");
  return took;
}

/** Many clients lose their server, which restarts and changes; returns the milliseconds until the last is complete. */
async function comeBack(
  { server, clients, socket, token }: Scene,
  count: number,
  subject: Subject,
  restart: () => Promise<Child<CallboardProcess>>,
): Promise<number> {
  const channel: Channel = `watch:${subject}`;
  await change(server, subject, 0, 1);
  await clients.call("join", socket, token, channel, count);
  await clients.call("shutGate");
  const restarted = await restart();
  await change(restarted, subject, 1, 1);
  await clients.call("gathered");
  const { head } = await restarted.call("channel", channel);
  const took = await clients.call("recover", head);
  await clients.call("leave");
  return took;
}

/** Makes changes of one channel, each an event of its own. */
async function change(
  server: Child<CallboardProcess>,
  subject: Subject,
  from: number,
  count: number,
): Promise<void> {
  for (let n = from; n < from + count; n += BATCH) {
    const events = Array.from({ length: Math.min(BATCH, from + count - n) }, (_, i) => ({
      subject,
      step: `step-${(n + i) % MAX_KEYS}`,
      state: "running",
      at: Date.now(),
      message: `change ${n + i}`,
    }));
    await server.call("put", "Progress Reported", events);
    await server.call("settled");
  }
}

function figuresOf(
  ms: {
    readonly missed: ReadonlyMap<number, readonly number[]>;
    readonly restart: readonly number[];
    readonly bare: readonly number[];
  },
  missed: readonly number[],
  crowd: number,
): Figures {
  const [fewest, ...more] = missed as [number, ...number[]];
  const told = crowd.toLocaleString("en");
  return {
    figures: [
      quantity(
        {
          name: `recovery.missed_${fewest}_ms`,
          what: `a client is whole again that missed ${fewest} changes`,
          unit: "ms",
        },
        ms.missed.get(fewest)!,
      ),
      ...more.map((changes) =>
        ratio(
          {
            name: `recovery.missed_${changes}_over_${fewest}`,
            what: `one that missed ${changes.toLocaleString("en")}, to that`,
          },
          ms.missed.get(changes)!,
          ms.missed.get(fewest)!,
          inUnit("ms"),
        ),
      ),
      ratio(
        {
          name: "recovery.restart_over_ws",
          what: `${told} clients at once after a restart, until the last is whole, to ${told} bare \`ws\` connects`,
          goal: { atMost: 3 },
        },
        ms.restart,
        ms.bare,
        inUnit("ms"),
      ),
    ],
  };
}
