import { join } from "node:path";
import type { Clock } from "../clock/clock.ts";
import { AwsError } from "../endpoint/aws-json.ts";
import { openDurableState } from "../journal/durable-state.ts";
import { type DeadLetters, openDeadLetters } from "./dead-letters.ts";
import type { FunctionErrorPayload, Invocation } from "./lambda-function.ts";

/** An asynchronous invocation that was accepted and has not come to its end. */
export interface QueuedEvent {
  readonly id: string;
  readonly name: string;
  /** JSON */
  readonly payload: string;
  /** Attempts that have failed. */
  readonly attempts: number;
  /** Not before, in milliseconds since the Unix epoch. */
  readonly dueAt: number;
}

/** Accepted events, each attempted at least once, whichever process does it. */
export interface EventQueue {
  /** Resolves once the event is on the disk. Rejects with `TooManyRequestsException` when too many wait. */
  accept(event: QueuedEvent): Promise<void>;
  /** Goes on with what an earlier process left. */
  resume(): Promise<void>;
  /** Resolves when nothing is due or running; retries that wait for their time do not count. */
  idle(): Promise<void>;
  deadLetters(): Promise<DeadLetters>;
  /** Starts nothing more, and waits a while for what is running. */
  close(): Promise<void>;
}

export interface EventQueueOptions {
  readonly directory: string | undefined;
  readonly clock: Clock;
  readonly retryDelaysMs: readonly number[];
  readonly concurrency: number;
  /** One attempt. */
  attempt(event: QueuedEvent): Promise<Invocation>;
  /** Hands on what has failed for good; called at least once. */
  giveUp(event: QueuedEvent, error: FunctionErrorPayload, letters: DeadLetters): Promise<void>;
  /** Told of what the queue itself could not do. */
  broken(cause: unknown): void;
}

type EventRecord =
  | { readonly type: "accepted"; readonly event: QueuedEvent }
  | { readonly type: "failed"; readonly id: string; readonly attempts: number; readonly dueAt: number }
  | { readonly type: "done"; readonly id: string };

const MOST_EVENTS = 10_000;
const MOST_BYTES = 256 * 1024 ** 2;
const CLOSING_GRACE_MS = 5_000;

/**
 * Queues events as Lambda does for asynchronous invocations: an event is on the disk before it counts as accepted, is
 * attempted until it succeeds or its retries are used up, and is forgotten only then.
 *
 *     accepted ─▶ attempt ─▶ done
 *                  ▲   └─▶ failed ─(delay)─┐   after the last delay: dead letter ─▶ done
 *                  └───────────────────────┘
 */
export function createEventQueue(options: EventQueueOptions): EventQueue {
  const { clock } = options;
  const events = new Map<string, QueuedEvent>();
  const left = new Set<string>();
  const due: string[] = [];
  const timers = new Map<string, () => void>();
  const running = new Set<Promise<void>>();
  let waiting: (() => void)[] = [];
  let bytes = 0;
  let closed = false;
  let filesClosed = false;
  let opening: Promise<Files> | undefined;

  const remember = (event: QueuedEvent) => {
    bytes += event.payload.length - (events.get(event.id)?.payload.length ?? 0);
    events.set(event.id, event);
  };
  const forget = (id: string) => {
    bytes -= events.get(id)?.payload.length ?? 0;
    events.delete(id);
  };
  const replay = (record: EventRecord) => {
    if (record.type === "accepted") remember(record.event);
    else if (record.type === "done") forget(record.id);
    else {
      const event = events.get(record.id);
      if (event) remember({ ...event, attempts: record.attempts, dueAt: record.dueAt });
    }
  };
  const files = () => {
    opening ??= openFiles(
      options.directory,
      (record) => replay(record as EventRecord),
      () => [...events.values()].map((event): EventRecord => ({ type: "accepted", event })),
    ).then((opened) => {
      for (const id of events.keys()) left.add(id);
      return opened;
    });
    return opening;
  };

  const schedule = (id: string, dueAt: number) => {
    if (closed) return;
    const delay = dueAt - clock.now();
    if (delay <= 0) {
      due.push(id);
      drain();
    } else {
      timers.set(
        id,
        clock.after(delay, () => {
          timers.delete(id);
          due.push(id);
          drain();
        }),
      );
    }
  };

  const drain = () => {
    while (!closed && running.size < options.concurrency) {
      const id = due.shift();
      if (id === undefined) break;
      const run = perform(id)
        .catch(options.broken)
        .finally(() => {
          running.delete(run);
          drain();
        });
      running.add(run);
    }
    if (running.size > 0 || (due.length > 0 && !closed)) return;
    const told = waiting;
    waiting = [];
    for (const tell of told) tell();
  };

  const perform = async (id: string) => {
    const event = events.get(id);
    if (!event) return;
    const outcome = await options.attempt(event);
    const opened = await files();
    // What outlived the closing grace is attempted again by the next process.
    if (filesClosed) return;
    if ("functionError" in outcome) {
      const delay = options.retryDelaysMs[event.attempts];
      const failed = { ...event, attempts: event.attempts + 1, dueAt: clock.now() + (delay ?? 0) };
      if (delay !== undefined) {
        remember(failed);
        const { attempts, dueAt } = failed;
        await opened.events.append({ type: "failed", id, attempts, dueAt } satisfies EventRecord);
        schedule(id, dueAt);
        return;
      }
      await options.giveUp(failed, outcome.payload, opened.letters);
    }
    forget(id);
    await opened.events.append({ type: "done", id } satisfies EventRecord);
  };

  return {
    async accept(event) {
      if (closed) throw new AwsError("ServiceException", "Lambda is shutting down", 500);
      if (events.size >= MOST_EVENTS || bytes + event.payload.length > MOST_BYTES) {
        throw new AwsError("TooManyRequestsException", "too many events are waiting", 429);
      }
      const opened = await files();
      remember(event);
      try {
        await opened.events.append({ type: "accepted", event } satisfies EventRecord);
      } catch (cause) {
        forget(event.id);
        throw cause;
      }
      schedule(event.id, event.dueAt);
    },
    async resume() {
      await files();
      for (const id of left) schedule(id, events.get(id)?.dueAt ?? 0);
      left.clear();
    },
    idle: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        drain();
      }),
    deadLetters: async () => (await files()).letters,
    async close() {
      closed = true;
      for (const cancel of timers.values()) cancel();
      timers.clear();
      await grace(running, clock);
      if (!opening) return;
      const opened = await opening;
      filesClosed = true;
      await Promise.all([opened.events.close(), opened.letters.close()]);
    },
  };
}

type Files = Awaited<ReturnType<typeof openFiles>>;

async function openFiles(
  directory: string | undefined,
  replay: (record: unknown) => void,
  snapshot: () => readonly unknown[],
) {
  const path = (name: string) => (directory === undefined ? undefined : join(directory, name));
  return {
    events: await openDurableState(path("events.jsonl"), replay, snapshot),
    letters: await openDeadLetters(path("dead-letters.jsonl")),
  };
}

async function grace(running: ReadonlySet<Promise<void>>, clock: Clock): Promise<void> {
  if (running.size === 0) return;
  await new Promise<void>((resolve) => {
    const cancel = clock.after(CLOSING_GRACE_MS, resolve);
    Promise.all(running).then(() => {
      cancel();
      resolve();
    });
  });
}
