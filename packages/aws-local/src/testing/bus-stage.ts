import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { type Bus, type BusEvent, type Chaos, createBus, type TargetFunction } from "../bus/index.ts";
import { type VirtualClock, virtualClock } from "../clock/clock.ts";

export const QUEUE = "arn:aws:sqs:us-east-1:000000000000:dead";

const opened: Bus[] = [];
const directories: string[] = [];
afterEach(async () => {
  for (const bus of opened.splice(0)) await bus.close();
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true });
});

interface StageOptions {
  readonly clock?: VirtualClock;
  readonly directory?: string;
  readonly chaos?: Chaos;
  /** What the target `arn:fn` does with an event that it was handed. */
  readonly take?: () => Promise<void>;
  readonly targets?: Record<string, TargetFunction>;
}

/** A bus whose target `arn:fn` records what it is handed; closed after the test. */
export async function busStage({
  clock = virtualClock(),
  directory,
  chaos,
  take,
  targets,
}: StageOptions = {}) {
  const taken: BusEvent[] = [];
  const fn = async (event: object) => {
    taken.push(event as BusEvent);
    await take?.();
  };
  const bus = await createBus({ clock, directory, targets: targets ?? { "arn:fn": fn }, chaos });
  opened.push(bus);
  const call = async (name: keyof Bus["operations"], input: object) =>
    (await bus.operations[name]({ ...input })) as Record<string, unknown>;
  /** A rule for the source `app` with targets that are `arn:fn` unless they say otherwise. */
  const rule = async (...given: object[]) => {
    await call("PutRule", { Name: "app", EventPattern: '{"source":["app"]}' });
    const Targets = (given.length > 0 ? given : [{}]).map((target, at) => ({
      Id: `t${at}`,
      Arn: "arn:fn",
      ...target,
    }));
    await call("PutTargets", { Rule: "app", Targets });
  };
  return { bus, clock, taken, call, rule };
}

/** A directory that is removed after the test. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "bus-"));
  directories.push(directory);
  return directory;
}

export const entry = (n: number) => ({
  Source: "app",
  DetailType: "Numbered",
  Detail: JSON.stringify({ n }),
});
export const numbers = (taken: readonly BusEvent[]) => taken.map(({ detail }) => detail.n as number);
