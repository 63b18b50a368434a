import type { Clock } from "../clock/clock.ts";
import { AwsError } from "../endpoint/aws-json.ts";
import { type Key, type Store, StoreFailure, type Write } from "../store/store.ts";
import { appendDeadLetter, type FailureRecord, readDeadLetters } from "./dead-letters.ts";
import type { FunctionErrorPayload, Invocation } from "./lambda-function.ts";

/** An asynchronous invocation that was accepted and is not finished. */
export interface QueuedEvent {
  readonly id: string;
  readonly name: string;
  /** JSON */
  readonly payload: string;
  /** Attempts that have failed. */
  readonly attempts: number;
  /** Earliest start, in milliseconds since the Unix epoch. */
  readonly dueAt: number;
}

/**
 * An event that is accepted once its writes are on the disk. Its place is reserved until `begin` or `cancel` is called.
 */
export interface Acceptance {
  /** For the commit of the service that hands the event over. */
  readonly writes: readonly Write[];
  /** Starts the event, which is on the disk now. */
  begin(): void;
  /** Forgets an event that could not be written. */
  cancel(): void;
}

/** Accepted events, each attempted at least once, by this or a later process. */
export interface EventQueue {
  /** Throws `TooManyRequestsException` when too many wait. */
  accept(event: QueuedEvent): Acceptance;
  /** Continues with the events that an earlier process left. */
  resume(): void;
  /** Resolves when nothing is due or running; retries that wait for their time do not count. */
  idle(): Promise<void>;
  deadLetters(): FailureRecord[];
  /** Starts nothing more, and waits for a limited time for running attempts. */
  close(): Promise<void>;
}

export interface EventQueueOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly retryDelaysMs: readonly number[];
  /** How many events of one function are attempted at the same time. */
  readonly concurrency: number;
  /** One attempt. */
  attempt(event: QueuedEvent): Promise<Invocation>;
  /** Passes an event on after its last retry, at least once, and returns its dead letter. */
  giveUp(event: QueuedEvent, error: FunctionErrorPayload): Promise<FailureRecord>;
  /** Called with failures of the queue itself. */
  broken(cause: unknown): void;
}

interface Waiting {
  readonly key: Key;
  readonly event: QueuedEvent;
}

/** The events of one function: those that are due, and the number of attempts that run now. */
interface Lane {
  readonly due: Waiting[];
  running: number;
}

const EVENTS: Key = ["lambda", "event"];
const DEAD_LETTERS: Key = ["lambda", "letter"];
const MAX_EVENTS = 10_000;
const MAX_BYTES = 256 * 1024 ** 2;
const CLOSING_GRACE_MS = 5_000;
/** Wait before an internal step of the queue that failed is tried again. */
const AGAIN_MS = 1_000;

/**
 * Queues events as Lambda does for asynchronous invocations: an event is on the disk before it counts as accepted. It is attempted until it succeeds or its retries are used up, and is forgotten only then. An attempt that fails while the
 * store cannot write is repeated and does not count. The end or failure of an attempt is written with the next write. After a kill in between the attempt is repeated.
 *
 *     accepted ─▶ attempt ─▶ done
 *                  ▲   └─▶ failed ─(delay)─┐   after the last delay: dead letter and done in one commit
 *                  └───────────────────────┘
 */
export function createEventQueue(options: EventQueueOptions): EventQueue {
  const { store, clock } = options;
  const lanes = new Map<string, Lane>();
  const timers = new Set<() => void>();
  let idleWaiters: (() => void)[] = [];
  let nextNumber = 0;
  let held = 0;
  let bytes = 0;
  let due = 0;
  let running = 0;
  let closed = false;
  let ended = false;

  const hold = ({ payload }: QueuedEvent) => {
    held++;
    bytes += payload.length;
  };
  const release = ({ payload }: QueuedEvent) => {
    held--;
    bytes -= payload.length;
  };
  const inherited: Waiting[] = [];
  for (const [key, event] of store.list<QueuedEvent>({ prefix: EVENTS })) {
    inherited.push({ key, event });
    hold(event);
    nextNumber = Number(key.at(-1)) + 1;
  }

  const schedule = (waiting: Waiting, dueAt: number) => {
    if (closed) return;
    const delay = dueAt - clock.now();
    if (delay <= 0) return enqueue(waiting);
    const cancel = clock.after(delay, () => {
      timers.delete(cancel);
      enqueue(waiting);
    });
    timers.add(cancel);
  };
  const enqueue = (waiting: Waiting) => {
    const { name } = waiting.event;
    const lane = lanes.get(name) ?? { due: [], running: 0 };
    lanes.set(name, lane);
    lane.due.push(waiting);
    due++;
    drain(lane);
  };
  const drain = (lane: Lane) => {
    while (!closed && lane.running < options.concurrency) {
      const next = lane.due.shift();
      if (!next) break;
      due--;
      running++;
      lane.running++;
      void perform(next).finally(() => {
        running--;
        lane.running--;
        drain(lane);
      });
    }
    resolveIdle();
  };
  const resolveIdle = () => {
    if (running > 0 || (due > 0 && !closed)) return;
    for (const tell of idleWaiters) tell();
    idleWaiters = [];
  };
  const idle = () =>
    new Promise<void>((resolve) => {
      idleWaiters.push(resolve);
      resolveIdle();
    });

  const perform = async (waiting: Waiting) => {
    const failures = store.failures();
    try {
      const outcome = await options.attempt(waiting.event);
      // The next process repeats attempts that did not end in time.
      if (ended) return;
      if ("functionError" in outcome) {
        // A function that could not write has not had its attempt: a full disk uses up no retries.
        if (store.failures() > failures) return schedule(waiting, clock.now() + AGAIN_MS);
        return await failed(waiting, outcome.payload);
      }
      store.writeSoon([[waiting.key, undefined]]);
      release(waiting.event);
    } catch (cause) {
      if (!(cause instanceof StoreFailure)) options.broken(cause);
      schedule(waiting, clock.now() + AGAIN_MS);
    }
  };
  const failed = async ({ key, event }: Waiting, error: FunctionErrorPayload) => {
    const delay = options.retryDelaysMs[event.attempts];
    const next = { ...event, attempts: event.attempts + 1, dueAt: clock.now() + (delay ?? 0) };
    if (delay !== undefined) {
      store.writeSoon([[key, next]]);
      return schedule({ key, event: next }, next.dueAt);
    }
    const deadLetter = await options.giveUp(next, error);
    await store.commit((view) => ({
      writes: [...appendDeadLetter(view, DEAD_LETTERS, deadLetter), [key, undefined]],
      value: undefined,
    }));
    release(event);
  };

  return {
    accept(event) {
      if (closed) throw new AwsError("ServiceException", "Lambda is shutting down", 500);
      if (held >= MAX_EVENTS || bytes + event.payload.length > MAX_BYTES) {
        throw new AwsError("TooManyRequestsException", "too many events are waiting", 429);
      }
      const key: Key = [...EVENTS, nextNumber++];
      hold(event);
      return {
        writes: [[key, event]],
        begin: () => enqueue({ key, event }),
        cancel: () => release(event),
      };
    },
    resume() {
      for (const waiting of inherited.splice(0)) schedule(waiting, waiting.event.dueAt);
    },
    idle,
    deadLetters: () => readDeadLetters(store, DEAD_LETTERS),
    async close() {
      closed = true;
      for (const cancel of timers) cancel();
      timers.clear();
      await new Promise<void>((resolve) => {
        const cancel = clock.after(CLOSING_GRACE_MS, resolve);
        void idle().then(() => {
          cancel();
          resolve();
        });
      });
      ended = true;
    },
  };
}
