import { setMaxListeners } from "node:events";
import { availableParallelism, loadavg } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import type { Channel } from "@callboard/client";
import { type Arrivals, createArrivals } from "./arrivals.ts";
import { createClients, fill } from "./clients.ts";
import { type Comparison, compareMaps } from "./compare.ts";
import { type Creators, createCreators } from "./creators.ts";
import type { Kind } from "./expected-change.ts";
import type { Asking, Place } from "./place.ts";
import type { Plan } from "./plan.ts";
import { type Moment, rankAt, writeScript } from "./script.ts";
import { type Count, countsOf, type Load, loadOf, type Spent, spread } from "./statistics.ts";

/** The results of a simulation. */
export interface Outcome {
  /** What went wrong, as sentences; empty when nothing was lost and every map is equal. */
  readonly failures: readonly string[];
  readonly plan: Plan;
  /** How long it took to connect everybody, and to play the broadcasts, in seconds. */
  readonly filledSeconds: number;
  readonly playedSeconds: number;
  readonly events: number;
  readonly questions: number;
  readonly kinds: Readonly<Record<Kind, Count>>;
  /** Connections that broke by themselves. */
  readonly broken: number;
  /** How much later than written events were put, in milliseconds, because this process was too slow. */
  readonly late: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly maps: Comparison;
  readonly load: {
    readonly callboard?: Load | undefined;
    readonly simulation?: Load | undefined;
    /** The load of the whole machine in the last minute, and its number of cores. */
    readonly machine: { readonly cores: number; readonly loadAverage: number };
  };
}

const SAMPLE_MS = 1_000;
const POLL_MS = 100;
/** When nothing arrives for this long, the rest is lost; and the longest wait for it. */
const QUIET_MS = 20_000;
const DRAIN_MS = 120_000;
const MAX_FAILURES = 20;

/**
 * Plays a plan's broadcasts and leaves nothing running. `say` gets lines about its progress; `stop` ends it
 * early, and then it rejects.
 */
export async function simulate(
  plan: Plan,
  place: Place,
  clock: { now(): number },
  say: (line: string) => void,
  stop: AbortSignal,
): Promise<Outcome> {
  const failed = new Map<string, number>();
  const fail = (what: string) => {
    if (failed.has(what) || failed.size < MAX_FAILURES) failed.set(what, (failed.get(what) ?? 0) + 1);
  };
  const arrivals = createArrivals(() => performance.now());
  const ended = new AbortController();
  const over = AbortSignal.any([stop, ended.signal]);
  // Each creator has at most one listener for its answer, in addition to the one for the next event.
  setMaxListeners(plan.channels + 10, over);
  const clients = createClients(place, arrivals, over);
  const creators = createCreators(plan, place, clients, arrivals, fail, over);
  let asking: Asking | undefined;
  try {
    const begun = performance.now();
    asking = await place.asking(`simulated-${plan.run}`);
    await creators.come();
    await fill(clients, plan);
    const filledSeconds = secondsSince(begun);
    const takesSeconds = Math.ceil((plan.minutes * 60) / plan.pace);
    say(
      `${plan.viewers} viewers and ${plan.channels} creators are connected after ${filledSeconds} s; the broadcasts take ${takesSeconds} s`,
    );
    const script = writeScript(plan);
    const meter = startMeter(place, over);
    const played = performance.now();
    const late = await play({ plan, place, clock, arrivals, creators, asking, fail, stop: over }, script);
    await drain(arrivals, creators, over);
    stop.throwIfAborted();
    const playedSeconds = secondsSince(played);
    const load = await meter.end();
    say(
      `all events were put and have arrived, or nothing more arrives, after ${playedSeconds} s; comparing maps`,
    );
    const maps = await compareMaps(clients.views, place, over);
    const kinds = countsOf(arrivals.counts());
    const failures = [
      ...[...failed].map(([what, times]) => (times > 1 ? `${what} (${times} times)` : what)),
      ...Object.entries(kinds).flatMap(([kind, { lost }]) =>
        lost > 0 ? [`${lost} of kind ${kind} were lost`] : [],
      ),
      ...maps.different,
    ];
    const questions = script.filter(({ happens }) => happens.what === "question").length;
    return {
      failures,
      plan,
      filledSeconds,
      playedSeconds,
      events: script.length - questions,
      questions,
      kinds,
      broken: clients.broken,
      late: spread(late),
      maps,
      load,
    };
  } finally {
    ended.abort();
    clients.close();
    await asking
      ?.remove()
      .catch(({ message }: Error) => say(`the state machine that asks was not removed: ${message}`));
  }
}

/** All that is needed to play a script. */
interface Stage {
  readonly plan: Plan;
  readonly place: Place;
  readonly clock: { now(): number };
  readonly arrivals: Arrivals;
  readonly creators: Creators;
  readonly asking: Asking;
  readonly fail: (what: string) => void;
  readonly stop: AbortSignal;
}

/**
 * Puts each event at its time, even if earlier ones fail; resolves with each event's delay when all were
 * accepted or refused. When played faster than written, events have times in the past, and the last one has
 * the present.
 */
async function play(stage: Stage, script: readonly Moment[]): Promise<number[]> {
  const { plan, clock, fail, stop } = stage;
  const total = plan.minutes * 60_000;
  const origin = 1000 * Math.floor((clock.now() - (total - total / plan.pace)) / 1000);
  const start = performance.now();
  const late: number[] = [];
  const pending: Promise<void>[] = [];
  for (const moment of script) {
    const due = start + moment.ms / plan.pace;
    const wait = due - performance.now();
    if (wait > 0) await pause(wait, undefined, { signal: stop }).catch(() => {});
    if (stop.aborted) break;
    late.push(Math.max(0, performance.now() - due));
    pending.push(happen(stage, moment, origin + moment.ms).catch(({ message }: Error) => fail(message)));
  }
  await Promise.all(pending);
  return late;
}

async function happen(
  { place, arrivals, creators, asking }: Stage,
  moment: Moment,
  at: number,
): Promise<void> {
  const { happens, video } = moment;
  if (happens.what === "question") {
    const subject = `video/${video}`;
    return creators.ask(subject, happens, (creator) => asking.ask(subject, creator));
  }
  for (const { kind, track, subject, final } of happens.changes)
    arrivals.put(`watch:${subject}` as Channel, { kind, track, rank: rankAt(at, final) });
  await place.put(happens, at);
}

/** Waits until every answer is given and everything has arrived, or nothing arrives any more. */
async function drain(arrivals: Arrivals, creators: Creators, stop: AbortSignal): Promise<void> {
  const begun = performance.now();
  while (!stop.aborted && (creators.open > 0 || arrivals.missing() > 0)) {
    const now = performance.now();
    if (now - begun > DRAIN_MS || now - Math.max(begun, arrivals.lastAt) > QUIET_MS) return;
    await pause(POLL_MS);
  }
}

/** Samples the usage of both processes each second, until it is ended or all is over. */
function startMeter(place: Place, over: AbortSignal): { end(): Promise<Outcome["load"]> } {
  const [callboard, simulation]: [Spent[], Spent[]] = [[], []];
  async function sample(): Promise<void> {
    const { user, system } = process.cpuUsage();
    const memoryBytes = process.memoryUsage.rss();
    simulation.push({ at: performance.now(), cpuMs: (user + system) / 1000, memoryBytes });
    const used = await place.usage();
    if (used) callboard.push({ at: performance.now(), ...used });
  }
  let sampled = sample();
  const timer = setInterval(() => {
    sampled = sampled.then(sample);
  }, SAMPLE_MS);
  over.addEventListener("abort", () => clearInterval(timer), { once: true });
  return {
    async end() {
      clearInterval(timer);
      await sampled.then(sample);
      return {
        callboard: loadOf(callboard),
        simulation: loadOf(simulation),
        machine: { cores: availableParallelism(), loadAverage: Math.round(10 * loadavg()[0]!) / 10 },
      };
    },
  };
}

const secondsSince = (from: number): number => Math.round((performance.now() - from) / 100) / 10;
