import { requestOf } from "../../table/request-rows.ts";
import type { Engine } from "../../testing/dynamodb.ts";
import { brokenInvariants } from "./invariants.ts";
import type { FakeMailDoor } from "./mail.ts";
import type { Fault, Process } from "./process.ts";
import { openScene } from "./scene.ts";
import type { UseCase } from "./use-case.ts";
import { openWorld, type WorldOptions } from "./world.ts";

export interface Rehearsal {
  /** The invocation that got the fault, or would have; undefined if an unreliable bus made it unnecessary. */
  readonly disturbed: Process | undefined;
  /** Every invocation of the use case until nothing was due, in order. */
  readonly processes: readonly Process[];
  /** Broken invariants at the end; each names the fault. */
  readonly problems: readonly string[];
}

/** Runs a use case in a world of its own, with a fault or without, and checks the result. */
export async function rehearse(
  engine: Engine,
  useCase: UseCase,
  options: WorldOptions & {
    readonly fault?: Fault;
    /** The wake-up queue accepts nothing: all work is left to the polls. */
    readonly withoutQueue?: true;
  } = {},
): Promise<Rehearsal> {
  const { postsPerSecond, lists, signs, smtp } = useCase;
  const world = await openWorld(engine, {
    ...options,
    ...(postsPerSecond ? { postsPerSecond } : {}),
    ...(lists ? { lists } : {}),
    ...(signs ? { signs } : {}),
    ...(smtp ? { smtp } : {}),
  });
  const { fault } = options;
  try {
    if (options.withoutQueue) world.queue.breakDown();
    const scene = await openScene(world);
    await useCase.prepare?.(scene);
    const from = world.processes.length;
    const [name, of] = useCase.of;
    if (fault) world.injectFault({ name, of, fault });
    await useCase.act(scene);
    await world.settle();
    const processes = world.processes.slice(from);
    const problems = await brokenInvariants(world);
    const requests = (await world.rows()).filter((row) => row.request !== undefined).map(requestOf);
    const states = requests
      .map(({ round, status }) => ({ round, state: status.state }))
      .sort((a, b) => a.round - b.round || (a.state < b.state ? -1 : 1))
      .map(({ state }) => state);
    if (states.join() !== (useCase.ends ?? []).join()) problems.push(`the requests are ${states}`);
    problems.push(...brokenNotices(world.mail.mails, useCase, { fault, unreliable: options.unreliable }));
    const put = world.bus.put.map((event) => event["detail-type"]);
    for (const type of useCase.puts ?? []) if (!put.includes(type)) problems.push(`${type} was not put`);
    const isReliable = options.unreliable === undefined && !options.withoutQueue;
    const allowedMs = isReliable ? allowedLatenessMs(useCase, fault, processes) : 75_000;
    if (options.unreliable === undefined && world.latestMs() > allowedMs)
      problems.push(`something was overdue for ${world.latestMs()} ms`);
    const disturbed = processes.find((process) => process.name === name && process.of === of);
    if (fault && !(disturbed && disturbed.calls.length >= fault.nth))
      problems.push("the fault was never injected");
    return {
      disturbed,
      processes,
      problems: problems.map((problem) => `${where(fault, disturbed)}: ${problem}`),
    };
  } finally {
    await world.close();
  }
}

/** Everybody is notified of a question once, and at most twice after a fault. */
function brokenNotices(
  mails: FakeMailDoor["mails"],
  { notified = 0, mails: wanted = notified, timesEach = 1 }: UseCase,
  { fault, unreliable }: { fault: Fault | undefined; unreliable: number | undefined },
): string[] {
  const times = new Map<string, number>();
  for (const { to, questions } of mails)
    for (const question of questions.length > 0 ? questions : ["a code"]) {
      const what = `the notice to ${to} of ${question}`;
      times.set(what, (times.get(what) ?? 0) + 1);
    }
  const often = [...times].filter(([, count]) => count > timesEach + (fault ? 1 : 0));
  const isUndisturbed = !fault && unreliable === undefined;
  return [
    ...(times.size === notified ? [] : [`${times.size} notices were sent, not ${notified}`]),
    ...(isUndisturbed && mails.length !== wanted ? [`${mails.length} mails were sent`] : []),
    ...often.map(([what, count]) => `${what} was sent ${count} times`),
  ];
}

/** After a crash everything is repaired within ten seconds; after a refused message, by the poll after the next. */
function allowedLatenessMs(
  { of: [name, of], overdueMs = 0 }: UseCase,
  fault: Fault | undefined,
  processes: readonly Process[],
): number {
  const disturbed = processes.find((process) => process.name === name && process.of === of);
  const refused = fault?.what === "refused" && disturbed?.calls[fault.nth - 1]?.service === "SQS";
  return overdueMs + (refused ? 75_000 : 10_000);
}

function where(fault: Fault | undefined, disturbed: Process | undefined): string {
  if (!fault) return "undisturbed";
  const call = disturbed?.calls[fault.nth - 1];
  return `${fault.what} at call ${fault.nth}, ${call?.service}.${call?.operation}`;
}

/**
 * This many of the faults, evenly spread, starting at another one for each `seed`; `CALLBOARD_RUNS` overrides the number.
 */
export function someOf(faults: readonly Fault[], usual: number, seed = 0): Fault[] {
  const count = Math.min(faults.length, Number(process.env.CALLBOARD_RUNS ?? usual));
  const step = faults.length / Math.max(1, count);
  return Array.from({ length: count }, (_, n) => faults[(Math.floor(n * step) + seed) % faults.length]!);
}

/** Works on several inputs at once, so that the engine and this process are both busy. */
export async function inLanes<T, R>(inputs: readonly T[], work: (input: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = [...inputs.entries()].values();
  const lane = async () => {
    for (const [i, input] of queue) results[i] = await work(input);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return results;
}

const LANES = 4;
