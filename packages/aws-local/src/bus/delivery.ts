import type { Clock } from "../clock/clock.ts";
import type { Acceptance } from "../lambda/event-queue.ts";
import type { EventReceiver } from "../lambda/lambda.ts";
import { type Key, type Store, StoreFailure } from "../store/store.ts";
import { addDeadLetter } from "./dead-letters.ts";
import type { BusEvent, PutEvent } from "./event.ts";
import { targetInput } from "./input.ts";
import type { MatchedTarget, Rules } from "./rules.ts";

/**
 * Receives a target's events: the event, or the JSON that the target's input makes of it, and the event's id, by which a
 * repeated delivery can be recognized.
 */
export type TargetFunction = (event: object, id: string) => Promise<unknown>;

/** Simulates AWS's freedom in deliveries, on request. */
export interface Chaos {
  /** Each delivery waits up to this many milliseconds, so that deliveries overtake each other. */
  readonly shuffle?: number;
  /** The share of deliveries that are made twice, 0 to 1. */
  readonly duplicate?: number;
  /** Returns numbers in [0, 1). Default: `Math.random`. */
  readonly random?: () => number;
}

export interface DeliveryOptions {
  readonly clock: Clock;
  readonly store: Store;
  readonly targetOf: (arn: string) => TargetFunction | EventReceiver | undefined;
  readonly rules: Rules;
  readonly chaos?: Chaos | undefined;
}

/** What the bus stores for one event and one target of one rule, until it is delivered. */
interface Delivery {
  readonly event: BusEvent;
  /** When the bus accepted the event, milliseconds since the Unix epoch. */
  readonly acceptedAt: number;
  readonly ruleArn: string;
  readonly targetId: string;
}

/** A delivery in memory while it waits: its event stays in the store. */
type Undelivered = Omit<Delivery, "event"> & { readonly key: Key };

type Failure = { readonly code: string; readonly message: string; readonly retryable: boolean };

const DELIVERIES: Key = ["bus", "delivery"];
/** The defaults of a target's RetryPolicy. */
const MAX_RETRIES = 185;
const MAX_AGE_SECONDS = 86_400;
/** Deliveries to one target at a time. */
const CONCURRENCY = 64;
/** A target that takes longer has failed; the longest timeout of a Lambda function. */
const TIMEOUT_MS = 15 * 60_000;
/** Wait before an internal step of the bus that failed is tried again. */
const AGAIN_MS = 1_000;

/**
 * Delivers events to targets. An event for a Lambda function becomes an accepted invocation within the bus's own commit,
 * so the bus has nothing left to deliver. Events that Lambda refuses, and events for other targets, are stored as
 * undelivered. They are delivered at once, with a limit for each target, retried, and in the end dead-lettered.
 */
export function createDeliverer({ clock, store, targetOf, rules, chaos = {} }: DeliveryOptions) {
  const random = chaos.random ?? Math.random;
  const lanes = new Map<string, { active: number; waiting: (() => void)[] }>();
  const timers = new Set<() => void>();
  let nextNumber = 0;
  let open = 0;
  let closed = false;
  let idle: (() => void)[] = [];

  const inherited: Undelivered[] = [];
  for (const [key, delivery] of store.list<Delivery>({ prefix: DELIVERIES })) {
    inherited.push(undeliveredOf(key, delivery));
    nextNumber = Number(key.at(-1)) + 1;
  }
  let undelivered = inherited.length;

  const later = (ms: number, run: () => void) => {
    const cancel = clock.after(ms, () => {
      timers.delete(cancel);
      run();
    });
    timers.add(cancel);
  };
  /** Counts as open from now until `finish`. */
  const begin = (run: () => void) => {
    if (closed) return;
    open++;
    if (chaos.shuffle === undefined) run();
    else later(random() * chaos.shuffle, run);
  };
  const finish = () => {
    open--;
    if (open > 0) return;
    for (const done of idle) done();
    idle = [];
  };

  const inLane = async <T>(arn: string, run: () => Promise<T>): Promise<T> => {
    const lane = lanes.get(arn) ?? { active: 0, waiting: [] };
    lanes.set(arn, lane);
    if (lane.active >= CONCURRENCY) await new Promise<void>((turn) => lane.waiting.push(turn));
    else lane.active++;
    try {
      return await run();
    } finally {
      const next = lane.waiting.shift();
      if (next) next();
      else if (--lane.active === 0) lanes.delete(arn);
    }
  };

  const inputOf = (event: BusEvent, ingestedAt: number, { rule, target }: MatchedTarget) =>
    targetInput(target, event, { arn: rule.arn, name: rule.name, ingestedAt }) as object;

  /** Offers an event to Lambda; undefined: the bus must deliver it. */
  const offer = ({ event, json, acceptedAt }: PutEvent, matched: MatchedTarget): Acceptance | undefined => {
    const receiver = targetOf(matched.target.Arn);
    if (typeof receiver !== "object") return undefined;
    try {
      const input = inputOf(event, acceptedAt, matched);
      const answer = receiver.accept(input === event ? json : JSON.stringify(input));
      return answer.kind === "accepted" ? answer : undefined;
    } catch {
      return undefined;
    }
  };
  const accept = (put: PutEvent, matched: MatchedTarget): Acceptance => {
    const taken = offer(put, matched);
    if (taken) {
      const start = () => {
        taken.begin();
        finish();
      };
      return { ...taken, begin: () => begin(start) };
    }
    const { event, acceptedAt } = put;
    const delivery: Delivery = { event, acceptedAt, ruleArn: matched.rule.arn, targetId: matched.target.Id };
    const key: Key = [...DELIVERIES, nextNumber++];
    undelivered++;
    return {
      writes: [[key, delivery]],
      begin: () => begin(() => attempt(undeliveredOf(key, delivery), 0)),
      cancel: () => {
        undelivered--;
      },
    };
  };

  const attempt = (delivery: Undelivered, retries: number): void => {
    deliver(delivery, retries).catch((cause: unknown) => {
      if (closed) return finish();
      if (!(cause instanceof StoreFailure)) console.error("bus: an event could not be delivered", cause);
      later(AGAIN_MS, () => attempt(delivery, retries));
    });
  };

  const deliver = async (delivery: Undelivered, retries: number): Promise<void> => {
    const matched = rules.target(delivery.ruleArn, delivery.targetId);
    // A target that was removed meanwhile gets nothing more.
    if (!matched) return settle(delivery);
    const failure = await inLane(matched.target.Arn, async () =>
      closed ? undefined : await invoke(delivery, matched),
    );
    if (closed) return finish();
    if (!failure) return settle(delivery);

    const { MaximumRetryAttempts = MAX_RETRIES, MaximumEventAgeInSeconds = MAX_AGE_SECONDS } =
      matched.target.RetryPolicy ?? {};
    const wait = backoff(retries, random);
    const expiresAt = delivery.acceptedAt + MaximumEventAgeInSeconds * 1_000;
    if (!failure.retryable) return bury(delivery, matched, failure, retries);
    if (retries >= MaximumRetryAttempts) {
      return bury(delivery, matched, failure, retries, "MaximumRetryAttempts");
    }
    if (clock.now() + wait > expiresAt) {
      return bury(delivery, matched, failure, retries, "MaximumEventAgeInSeconds");
    }
    later(wait, () => attempt(delivery, retries + 1));
  };

  const invoke = async (
    { key, acceptedAt }: Undelivered,
    matched: MatchedTarget,
  ): Promise<Failure | undefined> => {
    const { Arn } = matched.target;
    const receiver = targetOf(Arn);
    if (!receiver) return { code: "NO_RESOURCE", message: `There is no target ${Arn}`, retryable: false };
    let cancel = () => {};
    const timeout = new Promise<Failure>((resolve) => {
      cancel = clock.after(TIMEOUT_MS, () =>
        resolve({ code: "TIMEOUT", message: `No answer within ${TIMEOUT_MS} ms`, retryable: true }),
      );
    });
    try {
      const delivery = store.get<Delivery>(key);
      if (!delivery) return undefined;
      const input = inputOf(delivery.event, acceptedAt, matched);
      const taken =
        typeof receiver === "object" ? moveTo(receiver, key, input) : receiver(input, delivery.event.id);
      return await Promise.race([taken.then(() => undefined), timeout]);
    } catch (cause) {
      const message = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
      return { code: "ERROR_FROM_TARGET", message: message.slice(0, 1_024), retryable: true };
    } finally {
      cancel();
    }
  };

  /** Turns an undelivered event into an invocation, in one commit. */
  const moveTo = async (receiver: EventReceiver, key: Key, input: object): Promise<void> => {
    const answer = receiver.accept(JSON.stringify(input));
    if (answer.kind === "refused") throw answer.error;
    try {
      await store.write([...answer.writes, [key, undefined]]);
    } catch (cause) {
      answer.cancel();
      throw cause;
    }
    answer.begin();
  };

  const settle = ({ key }: Undelivered) => {
    if (!closed) {
      store.writeSoon([[key, undefined]]);
      undelivered--;
    }
    finish();
  };

  const bury = async (
    delivery: Undelivered,
    { rule, target }: MatchedTarget,
    failure: Failure,
    retries: number,
    exhausted?: "MaximumRetryAttempts" | "MaximumEventAgeInSeconds",
  ) => {
    const event = store.get<Delivery>(delivery.key)?.event;
    if (!event) return settle(delivery);
    const queueArn = target.DeadLetterConfig?.Arn;
    if (queueArn === undefined) {
      console.error(
        `bus: event ${event.id} dropped: ${failure.code}, rule ${rule.name}, no dead-letter queue`,
      );
      return settle(delivery);
    }
    const letter = {
      queueArn,
      at: new Date(clock.now()).toISOString(),
      body: JSON.stringify(event),
      attributes: {
        RULE_ARN: rule.arn,
        TARGET_ARN: target.Arn,
        ERROR_CODE: failure.code,
        ERROR_MESSAGE: failure.message,
        RETRY_ATTEMPTS: String(retries),
        ...(exhausted && { EXHAUSTED_RETRY_CONDITION: exhausted }),
      },
    };
    await store.commit((view) => ({
      writes: [...addDeadLetter(view, letter), [delivery.key, undefined]],
      value: undefined,
    }));
    undelivered--;
    finish();
  };

  return {
    /** Number of undelivered events. */
    undelivered: () => undelivered,
    /** Hands a stored event to its target; twice if chaos is on and so decides. */
    accept(put: PutEvent, matched: MatchedTarget): Acceptance[] {
      const first = accept(put, matched);
      const again = chaos.duplicate !== undefined && random() < chaos.duplicate;
      return again ? [first, accept(put, matched)] : [first];
    },
    /** Delivers the events that an earlier process left undelivered. */
    resume(): void {
      for (const delivery of inherited.splice(0)) begin(() => attempt(delivery, 0));
    },
    /** Resolves when all started deliveries are done or dead-lettered. */
    idle: (): Promise<void> => (open === 0 ? Promise.resolve() : new Promise((done) => idle.push(done))),
    /** Starts nothing more; undelivered events stay stored. */
    close(): void {
      closed = true;
      for (const cancel of timers) cancel();
      timers.clear();
      for (const done of idle) done();
      idle = [];
    },
  };
}

const undeliveredOf = (key: Key, { acceptedAt, ruleArn, targetId }: Delivery): Undelivered => ({
  key,
  acceptedAt,
  ruleArn,
  targetId,
});

const FIRST_MS = 200;
const MAX_MS = 10 * 60_000;

/** The wait before the next retry, in milliseconds: exponential, with jitter in its upper half. */
function backoff(retries: number, random: () => number): number {
  const longest = Math.min(MAX_MS, FIRST_MS * 2 ** retries);
  return longest / 2 + (random() * longest) / 2;
}
