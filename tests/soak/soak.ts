import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Aws, awsAt } from "../e2e/aws.ts";
import { freePorts } from "../e2e/machine.ts";
import { within } from "../e2e/people.ts";
import { soakProgram } from "./bundle.ts";
import { type Child, startChild } from "./calls.ts";
import type { Comparison } from "./compare.ts";
import type { CrowdArgument, CrowdOperations, CrowdReport } from "./crowd.ts";
import type { FaultCounts } from "./faults.ts";
import { lostOf } from "./lost.ts";
import type { Plan } from "./plan.ts";
import { createProducers, type Producers } from "./producers.ts";
import { seeded } from "./random.ts";
import type { Place } from "./server.ts";
import { createServers, type Servers } from "./servers.ts";

/** The result of a soak. */
export interface Outcome {
  /** Failures in words; empty if there are none. */
  readonly failures: readonly string[];
  readonly sockets: number;
  /** Members whose maps all equal the table at the end. */
  readonly whole: number;
  readonly kills: number;
  readonly crowd: CrowdReport;
  readonly faults: FaultCounts;
  readonly produced: Producers["counts"];
  /** Milliseconds: until all sockets were open; from the end of the faults until all maps were equal. */
  readonly filledMs: number;
  readonly wholeMs: number;
  /** How long interrupted members took until all channels were up to date again, in milliseconds, the shortest first. */
  readonly absences: readonly number[];
  /** The most memory of the two processes, in bytes. */
  readonly memory: { readonly server: number; readonly crowd: number };
}

type Crowd = Child<CrowdOperations, CrowdReport>;

/** All parts of a soak. */
interface Scene {
  readonly plan: Plan;
  readonly servers: Servers;
  readonly crowd: Crowd;
  readonly producers: Producers;
  readonly aws: Aws;
  readonly say: (line: string) => void;
}

const SETTLE_MS = 120_000;
const POLL_EVERY_MS = 1_000;

/** Runs a whole soak. `say` gets lines about its progress; `stop` ends it at once. */
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
    const crowd = startChild<CrowdOperations, CrowdReport>(await soakProgram("crowd"), argument);
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
  say(`${crowd.report?.following} of ${plan.sockets} follow after ${seconds(filledMs)}`);
  producers.start();
  await disturb(scene);
  say("the faults end");
  const from = performance.now();
  await end(scene);
  const comparison = await waitForAgreement(scene);
  const wholeMs = performance.now() - from;
  const failures = await failuresOf(scene, comparison);
  const report = crowd.report!;
  return {
    failures,
    sockets: plan.sockets,
    whole: comparison.whole,
    kills: servers.kills,
    crowd: report,
    faults: servers.faults(),
    produced: producers.counts,
    filledMs,
    wholeMs,
    absences: (await crowd.call("absences")).sort((a, b) => a - b),
    memory: { server: servers.memory(), crowd: report.memory },
  };
}

/** Waits until nearly every socket is up to date; on a busy machine it continues with those that are. */
async function fill({ plan, crowd, say }: Scene): Promise<void> {
  await crowd.call("fill");
  const end = performance.now() + 1000 * plan.fillSeconds;
  while ((crowd.report?.following ?? 0) < 0.95 * plan.sockets && performance.now() < end) {
    say(progressOf(crowd));
    await wait(POLL_EVERY_MS);
  }
}

/**
 * Breaks sockets, and kills the server at a moment in each part of the time. The time stops while most of the crowd is
 * away, but with a limit.
 */
async function disturb({ plan, servers, crowd, say }: Scene): Promise<void> {
  const random = seeded(plan.seed, "kills");
  const part = plan.seconds / plan.kills;
  const moments = Array.from({ length: plan.kills }, (_, n) => 1000 * part * (n + 0.1 + 0.5 * random()));
  await crowd.call("disturb");
  let patienceMs = 1000 * plan.fillSeconds;
  for (let up = 0; up < 1000 * plan.seconds; ) {
    say(progressOf(crowd));
    await wait(POLL_EVERY_MS);
    const isThere = crowd.report!.following >= plan.sockets / 2;
    if (isThere || patienceMs <= 0) up += POLL_EVERY_MS;
    else patienceMs -= POLL_EVERY_MS;
    if (!(moments[0]! <= up)) continue;
    moments.shift();
    say("the gateway is killed");
    say(`it is up again after ${seconds(await servers.killAndStart())}`);
  }
}

/** Ends the faults with a last one: everybody loses the last report of every subject, which the next heartbeat finds. */
async function end({ servers, crowd, producers, say }: Scene): Promise<void> {
  const server = servers.current;
  await crowd.call("calm");
  const answered = crowd.call("answered");
  await within(SETTLE_MS, "what was produced", producers.stop());
  await within(SETTLE_MS, "the bus", server.call("settled"));
  say("the bus is empty");
  await server.call("lose");
  await producers.reportEnd();
  await within(SETTLE_MS, "the last word", server.call("calm"));
  say("the last reports are sent");
  await crowd.call("beat");
  say("every client sent a heartbeat");
  await within(SETTLE_MS, "the answers", answered);
}

/** Compares, and sends heartbeats again for members that are behind, until every map equals the table or a timeout. */
async function waitForAgreement({ plan, servers, crowd, say }: Scene): Promise<Comparison> {
  const end = performance.now() + 1000 * plan.wholeSeconds;
  for (;;) {
    const comparison = await crowd.call("compare");
    say(`${comparison.whole} of ${plan.sockets} are whole`);
    const { whole, wrong } = comparison;
    if (whole === plan.sockets || wrong.length > 0 || performance.now() > end) return comparison;
    await servers.current.call("settled");
    await crowd.call("beat");
    await wait(POLL_EVERY_MS);
  }
}

async function failuresOf(
  { plan, servers, crowd, producers, aws }: Scene,
  comparison: Comparison,
): Promise<string[]> {
  const { whole, late, wrong } = comparison;
  const failures = [...wrong];
  if (whole < plan.sockets) failures.push(`${plan.sockets - whole} are not whole`, ...late);
  failures.push(...crowd.report!.violations);
  for (const [step, n] of await crowd.call("highest"))
    if (n >= (producers.reported.get(step) ?? 0)) failures.push(`${step}: ${n} was shown and never reported`);
  failures.push(...(await lostOf(producers, aws)));
  failures.push(...(await crowd.call("unrelayed")));
  const dead = await servers.current.call("deadLetters");
  if (dead > 0) failures.push(`${dead} events were given up: ${servers.current.output}`);
  return failures;
}

function progressOf(crowd: Crowd): string {
  if (!crowd.report) return "no socket is open yet";
  const { members, following, sockets, shown } = crowd.report;
  return `${following} of ${members} follow; ${sockets.broken} broken, ${sockets.frames} frames, ${shown} items`;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
