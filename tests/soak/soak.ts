import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Aws, awsAt } from "../e2e/aws.ts";
import { freePorts } from "../e2e/machine.ts";
import { within } from "../e2e/people.ts";
import { soakProgram } from "./bundle.ts";
import { type Child, startChild } from "./calls.ts";
import type { Comparison } from "./compare.ts";
import type { CrowdArgument, CrowdOperations, CrowdTold } from "./crowd.ts";
import type { FaultCounts } from "./faults.ts";
import { lostOf } from "./lost.ts";
import type { Plan } from "./plan.ts";
import { createProducers, type Producers } from "./producers.ts";
import { seeded } from "./random.ts";
import type { Place } from "./server.ts";
import { createServers, type Servers } from "./servers.ts";

/** What a soak came to. */
export interface Outcome {
  /** What must not be, in words; empty when all is well. */
  readonly failures: readonly string[];
  readonly sockets: number;
  /** Members whose every map equals the table at the end. */
  readonly whole: number;
  readonly kills: number;
  readonly crowd: CrowdTold;
  readonly faults: FaultCounts;
  readonly produced: Producers["counts"];
  /** Milliseconds, each: until everybody was there; from the end of the faults until everybody was whole. */
  readonly filledMs: number;
  readonly wholeMs: number;
  /** How long members that were cut off took to be sure of all channels again, in milliseconds, the shortest first. */
  readonly absences: readonly number[];
  /** The most memory of the two processes, in bytes. */
  readonly memory: { readonly server: number; readonly crowd: number };
}

type Crowd = Child<CrowdOperations, CrowdTold>;

/** Everything that a soak is made of, and takes turns with. */
interface Scene {
  readonly plan: Plan;
  readonly servers: Servers;
  readonly crowd: Crowd;
  readonly producers: Producers;
  readonly aws: Aws;
  readonly say: (line: string) => void;
}

const settleMs = 120_000;
const pollEveryMs = 1_000;

/** Runs a soak from its first process to its last. `say` takes lines about its progress; `stop` ends it at once. */
export async function soak(
  plan: Plan,
  say: (line: string) => void,
  stop: AbortSignal = new AbortController().signal,
): Promise<Outcome> {
  const data = await mkdtemp(join(tmpdir(), "callboard-soak-"));
  const ends: (() => unknown)[] = [() => rm(data, { recursive: true, force: true, maxRetries: 5 })];
  try {
    const [port, socketPort, awsPort] = (await freePorts(3)) as [number, number, number];
    const place: Place = { data, port, socketPort, awsPort };
    const servers = createServers(plan, place);
    ends.push(servers.close);
    await servers.start();
    const argument: CrowdArgument = { plan, place };
    const crowd = startChild<CrowdOperations, CrowdTold>(await soakProgram("crowd"), argument);
    ends.push(async () => {
      crowd.kill();
      await crowd.ended;
    });
    const aws = awsAt(`http://127.0.0.1:${awsPort}`);
    const producers = createProducers(plan, aws);
    ends.push(producers.abandon);
    const stopped = new Promise<never>((_, fail) => {
      stop.addEventListener("abort", () => fail(new Error("it was stopped")));
    });
    return await Promise.race([play({ plan, servers, crowd, producers, aws, say }), stopped]);
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

async function play(scene: Scene): Promise<Outcome> {
  const { plan, servers, crowd, producers, say } = scene;
  const filledMs = await timed(() => fill(scene));
  say(`${crowd.told?.following} of ${plan.sockets} follow after ${seconds(filledMs)}`);
  producers.start();
  await disturb(scene);
  say("the faults end");
  const from = performance.now();
  await end(scene);
  const comparison = await becomeWhole(scene);
  const wholeMs = performance.now() - from;
  const failures = await failuresOf(scene, comparison);
  const told = crowd.told!;
  return {
    failures,
    sockets: plan.sockets,
    whole: comparison.whole,
    kills: servers.kills,
    crowd: told,
    faults: servers.faults(),
    produced: producers.counts,
    filledMs,
    wholeMs,
    absences: (await crowd.call("absences")).sort((a, b) => a - b),
    memory: { server: servers.memory(), crowd: told.memory },
  };
}

/** Until nearly every socket is sure of its channels; on a busy machine it goes on with those that are there. */
async function fill({ plan, crowd, say }: Scene): Promise<void> {
  await crowd.call("fill");
  const end = performance.now() + 1000 * plan.fillSeconds;
  while ((crowd.told?.following ?? 0) < 0.95 * plan.sockets && performance.now() < end) {
    say(told(crowd));
    await wait(pollEveryMs);
  }
}

/**
 * Breaks sockets, and kills the server at a moment in each part of the time. Time stands still while most of the crowd is
 * away, but not for longer than it all takes.
 */
async function disturb({ plan, servers, crowd, say }: Scene): Promise<void> {
  const random = seeded(plan.seed, "kills");
  const part = plan.seconds / plan.kills;
  const moments = Array.from({ length: plan.kills }, (_, n) => 1000 * part * (n + 0.1 + 0.5 * random()));
  await crowd.call("disturb");
  let patienceMs = 1000 * plan.fillSeconds;
  for (let up = 0; up < 1000 * plan.seconds; ) {
    say(told(crowd));
    await wait(pollEveryMs);
    const isThere = crowd.told!.following >= plan.sockets / 2;
    if (isThere || patienceMs <= 0) up += pollEveryMs;
    else patienceMs -= pollEveryMs;
    if (!(moments[0]! <= up)) continue;
    moments.shift();
    say("the gateway is killed");
    say(`it is up again after ${seconds(await servers.killAndStart())}`);
  }
}

/** Ends the faults with one more: everybody loses the last word of every subject, which the next heartbeat finds out. */
async function end({ servers, crowd, producers, say }: Scene): Promise<void> {
  const server = servers.current;
  await crowd.call("calm");
  const answered = crowd.call("answered");
  await within(settleMs, "what was produced", producers.stop());
  await within(settleMs, "the bus", server.call("settled"));
  say("the bus is empty");
  await server.call("lose");
  await producers.lastWord();
  await within(settleMs, "the last word", server.call("calm"));
  say("the last word is said");
  await crowd.call("beat");
  say("everybody was told to beat");
  await within(settleMs, "the answers", answered);
}

/** Compares, and beats again for those that are late, until every map is the table's or it has taken too long. */
async function becomeWhole({ plan, servers, crowd, say }: Scene): Promise<Comparison> {
  const end = performance.now() + 1000 * plan.wholeSeconds;
  for (;;) {
    const comparison = await crowd.call("compare");
    say(`${comparison.whole} of ${plan.sockets} are whole`);
    const { whole, wrong } = comparison;
    if (whole === plan.sockets || wrong.length > 0 || performance.now() > end) return comparison;
    await servers.current.call("settled");
    await crowd.call("beat");
    await wait(pollEveryMs);
  }
}

async function failuresOf(
  { plan, servers, crowd, producers, aws }: Scene,
  comparison: Comparison,
): Promise<string[]> {
  const { whole, late, wrong } = comparison;
  const failures = [...wrong];
  if (whole < plan.sockets) failures.push(`${plan.sockets - whole} are not whole`, ...late);
  failures.push(...crowd.told!.violations);
  for (const [step, n] of await crowd.call("highest"))
    if (n >= (producers.reported.get(step) ?? 0)) failures.push(`${step}: ${n} was shown and never reported`);
  failures.push(...(await lostOf(producers, aws)));
  failures.push(...(await crowd.call("unrelayed")));
  const dead = await servers.current.call("deadLetters");
  if (dead > 0) failures.push(`${dead} events were given up: ${servers.current.output}`);
  return failures;
}

function told(crowd: Crowd): string {
  if (!crowd.told) return "nobody is there yet";
  const { members, following, sockets, shown } = crowd.told;
  return `${following} of ${members} follow; ${sockets.broken} broken, ${sockets.frames} frames, ${shown} items`;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
