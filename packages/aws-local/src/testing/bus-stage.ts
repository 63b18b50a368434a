import { afterEach } from "vitest";
import { type Bus, type BusEvent, type BusOptions, type Chaos, createBus } from "../bus/index.ts";
import { type VirtualClock, virtualClock } from "../clock/clock.ts";
import { memoryStore, type Store } from "../store/index.ts";

export const QUEUE = "arn:aws:sqs:us-east-1:000000000000:dead";

const opened: Bus[] = [];
afterEach(async () => {
  for (const bus of opened.splice(0)) await bus.close();
});

interface StageOptions {
  readonly clock?: VirtualClock;
  readonly store?: Store;
  readonly chaos?: Chaos;
  /** What the target `arn:fn` does with an event. */
  readonly take?: () => Promise<void>;
  readonly targets?: Readonly<Record<string, ReturnType<BusOptions["targetOf"]>>>;
  readonly targetOf?: BusOptions["targetOf"];
  readonly onMissingBus?: BusOptions["onMissingBus"];
}

/** A bus whose target `arn:fn` records its events; closed after the test. */
export async function busStage({
  clock = virtualClock(),
  store = memoryStore(),
  chaos,
  take,
  targets,
  targetOf,
  onMissingBus = () => {},
}: StageOptions = {}) {
  const taken: BusEvent[] = [];
  const fn = async (event: object) => {
    taken.push(event as BusEvent);
    await take?.();
  };
  const taking = targets ?? { "arn:fn": fn };
  const bus = await createBus({
    clock,
    store,
    targetOf: targetOf ?? ((arn) => taking[arn]),
    chaos,
    onMissingBus,
  });
  opened.push(bus);
  const call = async (name: keyof Bus["operations"], input: object) =>
    (await bus.operations[name]({ ...input })) as Record<string, unknown>;
  /** A rule for the source `app`; its targets' ARN is `arn:fn` by default. */
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

export const entry = (n: number) => ({
  Source: "app",
  DetailType: "Numbered",
  Detail: JSON.stringify({ n }),
});
export const numbers = (taken: readonly BusEvent[]) => taken.map(({ detail }) => detail.n as number);
