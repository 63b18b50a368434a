import type { Clock } from "../clock/clock.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { Delivery, EventLog } from "./event-log.ts";
import { targetInput } from "./input.ts";
import type { Rule, Rules, Target } from "./rules.ts";

/** What takes a target's events: an event, unless the target's input shapes it into other JSON. */
export type TargetFunction = (event: object) => Promise<unknown>;

/** How AWS may treat deliveries, on request. */
export interface Chaos {
  /** Each delivery waits up to this many milliseconds, so that deliveries overtake each other. */
  readonly shuffle?: number;
  /** The share of deliveries that are made twice, 0 to 1. */
  readonly duplicate?: number;
  /** Gives numbers in [0, 1); `Math.random` when left out. */
  readonly random?: () => number;
}

export interface DeliveryOptions {
  readonly clock: Clock;
  readonly targets: Readonly<Record<string, TargetFunction>>;
  readonly rules: Rules;
  readonly log: EventLog;
  readonly deadLetters: DeadLetters;
  readonly chaos?: Chaos | undefined;
}

/** The defaults of a target's RetryPolicy. */
const MOST_RETRIES = 185;
const LONGEST_AGE_SECONDS = 86_400;
/** Deliveries to one target at a time. */
const CONCURRENCY = 64;
/** A target that takes longer has failed; the longest that a Lambda function may run. */
const TIMEOUT_MS = 15 * 60_000;

type Failure = { readonly code: string; readonly message: string; readonly retryable: boolean };

/** Brings deliveries to their targets: at once, bounded per target, retried, and at the end dead-lettered. */
export function createDeliverer({ clock, targets, rules, log, deadLetters, chaos = {} }: DeliveryOptions) {
  const random = chaos.random ?? Math.random;
  const lanes = new Map<string, { active: number; waiting: (() => void)[] }>();
  const timers = new Set<() => void>();
  let open = 0;
  let closed = false;
  let idle: (() => void)[] = [];

  const later = (ms: number, run: () => void) => {
    const cancel = clock.after(ms, () => {
      timers.delete(cancel);
      run();
    });
    timers.add(cancel);
  };

  const finish = () => {
    open--;
    if (open > 0) return;
    for (const done of idle) done();
    idle = [];
  };

  const inLane = async (arn: string, run: () => Promise<void>) => {
    const lane = lanes.get(arn) ?? { active: 0, waiting: [] };
    lanes.set(arn, lane);
    if (lane.active >= CONCURRENCY) await new Promise<void>((turn) => lane.waiting.push(turn));
    else lane.active++;
    try {
      if (!closed) await run();
    } finally {
      const next = lane.waiting.shift();
      if (next) next();
      else if (--lane.active === 0) lanes.delete(arn);
    }
  };

  const attempt = async (delivery: Delivery, retries: number): Promise<void> => {
    const found = rules.target(delivery.ruleArn, delivery.targetId);
    // A target that was removed meanwhile is owed nothing.
    if (!found) return settle(delivery);
    let failure: Failure | undefined;
    await inLane(found.target.Arn, async () => {
      failure = await invoke(delivery, found);
    });
    if (closed) return finish();
    if (!failure) return settle(delivery);

    const { MaximumRetryAttempts = MOST_RETRIES, MaximumEventAgeInSeconds = LONGEST_AGE_SECONDS } =
      found.target.RetryPolicy ?? {};
    const wait = backoff(retries, random);
    const expiresAt = delivery.acceptedAt + MaximumEventAgeInSeconds * 1_000;
    if (!failure.retryable) return bury(delivery, found, failure, retries);
    if (retries >= MaximumRetryAttempts) {
      return bury(delivery, found, failure, retries, "MaximumRetryAttempts");
    }
    if (clock.now() + wait > expiresAt) {
      return bury(delivery, found, failure, retries, "MaximumEventAgeInSeconds");
    }
    later(wait, () => void attempt(delivery, retries + 1));
  };

  const invoke = async (
    { event, acceptedAt }: Delivery,
    { rule, target }: { rule: Rule; target: Target },
  ): Promise<Failure | undefined> => {
    const run = Object.hasOwn(targets, target.Arn) ? targets[target.Arn] : undefined;
    if (!run) return { code: "NO_RESOURCE", message: `There is no target ${target.Arn}`, retryable: false };
    let cancel = () => {};
    const timeout = new Promise<Failure>((resolve) => {
      cancel = clock.after(TIMEOUT_MS, () =>
        resolve({ code: "TIMEOUT", message: `No answer within ${TIMEOUT_MS} ms`, retryable: true }),
      );
    });
    try {
      const input = targetInput(target, event, { arn: rule.arn, name: rule.name, ingestedAt: acceptedAt });
      return await Promise.race([run(input as object).then(() => undefined), timeout]);
    } catch (cause) {
      const message = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
      return { code: "ERROR_FROM_TARGET", message: message.slice(0, 1_024), retryable: true };
    } finally {
      cancel();
    }
  };

  const settle = (delivery: Delivery) => {
    if (!closed) log.settle(delivery);
    finish();
  };

  const bury = async (
    delivery: Delivery,
    { rule, target }: { rule: Rule; target: Target },
    failure: Failure,
    retries: number,
    exhausted?: "MaximumRetryAttempts" | "MaximumEventAgeInSeconds",
  ) => {
    const queueArn = target.DeadLetterConfig?.Arn;
    if (queueArn === undefined) {
      console.error(
        `bus: event ${delivery.event.id} dropped: ${failure.code}, rule ${rule.name}, no dead-letter queue`,
      );
      return settle(delivery);
    }
    try {
      await deadLetters.add({
        queueArn,
        at: new Date(clock.now()).toISOString(),
        body: JSON.stringify(delivery.event),
        attributes: {
          RULE_ARN: rule.arn,
          TARGET_ARN: target.Arn,
          ERROR_CODE: failure.code,
          ERROR_MESSAGE: failure.message,
          RETRY_ATTEMPTS: String(retries),
          ...(exhausted && { EXHAUSTED_RETRY_CONDITION: exhausted }),
        },
      });
    } catch (cause) {
      // Still owed: the next start tries again.
      console.error(`bus: event ${delivery.event.id} could not be dead-lettered`, cause);
      return finish();
    }
    settle(delivery);
  };

  const begin = (delivery: Delivery) => {
    open++;
    if (chaos.shuffle === undefined) void attempt(delivery, 0);
    else later(random() * chaos.shuffle, () => void attempt(delivery, 0));
  };

  return {
    /** Starts a delivery, or two of the same. */
    start(delivery: Delivery): void {
      if (closed) return;
      begin(delivery);
      if (chaos.duplicate !== undefined && random() < chaos.duplicate) begin(delivery);
    },
    /** Resolves when every delivery that was started was taken or dead-lettered. */
    idle: (): Promise<void> => (open === 0 ? Promise.resolve() : new Promise((done) => idle.push(done))),
    /** Starts nothing more; what is owed stays owed. */
    close(): void {
      closed = true;
      for (const cancel of timers) cancel();
      timers.clear();
      for (const done of idle) done();
      idle = [];
    },
  };
}

const FIRST_MS = 200;
const LONGEST_MS = 10 * 60_000;

/** How long to wait before the next retry, in milliseconds: exponential, with jitter over its upper half. */
function backoff(retries: number, random: () => number): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** retries);
  return longest / 2 + (random() * longest) / 2;
}
