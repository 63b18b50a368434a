import { randomUUID } from "node:crypto";
import { arnOf, defaultPlace } from "../arn.ts";
import type { Clock } from "../clock/clock.ts";
import { AwsError } from "../endpoint/aws-json.ts";
import type { EndpointService } from "../endpoint/service.ts";
import type { MessageAttributes } from "../sqs/message-attributes.ts";
import { type Store, StoreFailure } from "../store/store.ts";
import type { FailureRecord } from "./dead-letters.ts";
import { type Acceptance, createEventQueue, type QueuedEvent } from "./event-queue.ts";
import { lambdaService } from "./http.ts";
import {
  type FunctionErrorPayload,
  failure,
  type Invocation,
  type LambdaFunction,
  type LambdaHandler,
  runHandler,
} from "./lambda-function.ts";

export interface LambdaOptions {
  readonly clock: Clock;
  /** Where accepted events and dead letters are stored. */
  readonly store: Store;
  /** Waits before the retries of asynchronous invocations. Default: 1 and 2 minutes, as on AWS. */
  readonly retryDelaysMs?: readonly number[];
  /** Asynchronous invocations of one function at the same time. Default: 16. */
  readonly concurrency?: number;
  readonly region?: string;
  readonly accountId?: string;
  /** Functions besides the registered ones, which may be added and removed at any time. */
  readonly functions?: FunctionSource;
  /** Called with one line for each failed invocation, which never contains a payload or an error's message. */
  readonly log?: (line: string) => void;
}

/** Supplies functions that are not registered. */
export interface FunctionSource {
  /** The current function of a name. */
  find(name: string): { readonly handler: LambdaHandler; readonly timeoutMs: number } | undefined;
}

export interface FunctionOptions {
  /** Default: 30 s. */
  readonly timeoutMs?: number;
  /**
   * The on-failure destination, in addition to the dead letters; it may be called a second time, for example after a
   * kill.
   */
  readonly onFailure?: (record: FailureRecord) => Promise<void>;
}

/** Accepts events of another service for functions; that service stores them in its own commit. */
export interface EventReceiver {
  /**
   * Accepts an event, as JSON, or says why it cannot be accepted now: an unknown function, too large, too many. A queue
   * stores `attributes` with it.
   */
  accept(
    json: string,
    attributes?: MessageAttributes,
  ): ({ readonly kind: "accepted" } & Acceptance) | { readonly kind: "refused"; readonly error: AwsError };
}

/** The embedded Lambda: functions of this process, called as on AWS. */
export interface Lambda extends EndpointService {
  /** Adds or replaces a function. */
  register(name: string, handler: LambdaHandler, options?: FunctionOptions): void;
  /** Whether there is a function of this name. */
  has(name: string): boolean;
  /** Runs a function and waits. Rejects with an `AwsError` if it cannot be called: unknown, too large, too many. */
  invoke(name: string, payload: unknown): Promise<Invocation>;
  /** Resolves when the event is on the disk; it is then attempted at least once, and retried as on AWS. */
  invokeAsync(name: string, payload: unknown): Promise<void>;
  /** A function, registered or not yet, as a target of another service. */
  targetOf(name: string): EventReceiver;
  /** Continues with the events that an earlier process left; call it after the functions are registered. */
  resume(): Promise<void>;
  /** Resolves when no event is due or running; retries that wait for their time do not count. */
  idle(): Promise<void>;
  /** Dead letters, oldest first. */
  deadLetters(): Promise<FailureRecord[]>;
  /** Starts no more events, and waits at most 5 s for running ones. */
  close(): Promise<void>;
}

type Known = LambdaFunction & Pick<FunctionOptions, "onFailure">;

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_RETRY_DELAYS_MS = [60_000, 120_000];
const MAX_AT_ONCE = 1000;
const MAX_SYNC_BYTES = 6 * 1024 ** 2;
const MAX_ASYNC_BYTES = 1024 ** 2;

/** Runs functions in this process as Lambda would: copied payloads, time limits, retries, dead letters. */
export function createLambda(options: LambdaOptions): Lambda {
  const { clock, store, log = console.error } = options;
  const { region = defaultPlace.region, accountId = defaultPlace.accountId } = options;
  const functions = new Map<string, Known>();
  let synchronous = 0;

  const lookUp = (name: string): Known | undefined => {
    const registered = functions.get(name);
    if (registered) return registered;
    const found = options.functions?.find(name);
    return found && { name, arn: functionArn(name), ...found };
  };
  const find = (name: string) => {
    const found = lookUp(name);
    if (!found)
      throw new AwsError("ResourceNotFoundException", `Function not found: ${functionArn(name)}`, 404);
    return found;
  };
  const functionArn = (name: string) => arnOf({ region, accountId }, "lambda", `function:${name}`);

  const run = async (target: LambdaFunction, payload: string, requestId: string) => {
    const failures = store.failures();
    const outcome = await runHandler(target, payload, requestId, clock);
    // The owner of the store reports that it cannot write.
    if ("functionError" in outcome && store.failures() === failures)
      log(`function ${target.name} failed (${requestId}): ${outcome.payload.errorType}`);
    return outcome;
  };

  const queue = createEventQueue({
    store,
    clock,
    retryDelaysMs: options.retryDelaysMs ?? DEFAULT_RETRY_DELAYS_MS,
    concurrency: options.concurrency ?? 16,
    async attempt(event) {
      const target = lookUp(event.name);
      return target
        ? run(target, event.payload, event.id)
        : failure("ResourceNotFoundException", `Function not found: ${functionArn(event.name)}`);
    },
    async giveUp(event, error) {
      const record = failureRecord(event, error, functionArn(event.name), clock.now());
      await functions
        .get(event.name)
        ?.onFailure?.(record)
        .catch((cause: unknown) =>
          log(`the destination of ${event.name} failed (${event.id}): ${nameOf(cause)}`),
        );
      return record;
    },
    broken: (cause) => log(`an event could not be recorded: ${nameOf(cause)}`),
  });

  const accept = (name: string, json: string): Acceptance => {
    find(name);
    const payload = within(json, MAX_ASYNC_BYTES);
    return queue.accept({ id: randomUUID(), name, payload, attempts: 0, dueAt: clock.now() });
  };

  const lambda: Omit<Lambda, keyof EndpointService> = {
    register(name, handler, { timeoutMs = DEFAULT_TIMEOUT_MS, onFailure } = {}) {
      functions.set(name, {
        name,
        arn: functionArn(name),
        handler,
        timeoutMs,
        ...(onFailure ? { onFailure } : {}),
      });
    },
    has: (name) => lookUp(name) !== undefined,
    async invoke(name, payload) {
      const target = find(name);
      const text = within(serialize(payload), MAX_SYNC_BYTES);
      if (synchronous >= MAX_AT_ONCE) throw new AwsError("TooManyRequestsException", "Rate exceeded", 429);
      synchronous++;
      try {
        return await run(target, text, randomUUID());
      } finally {
        synchronous--;
      }
    },
    async invokeAsync(name, payload) {
      const { writes, begin, cancel } = accept(name, serialize(payload));
      try {
        await store.write(writes);
      } catch (cause) {
        cancel();
        if (!(cause instanceof StoreFailure)) throw cause;
        throw new AwsError("ServiceException", "the event could not be kept", 500);
      }
      begin();
    },
    targetOf: (name) => ({
      accept(json) {
        try {
          return { kind: "accepted", ...accept(name, json) };
        } catch (error) {
          if (error instanceof AwsError) return { kind: "refused", error };
          throw error;
        }
      },
    }),
    resume: async () => queue.resume(),
    idle: queue.idle,
    deadLetters: async () => queue.deadLetters(),
    close: queue.close,
  };
  return {
    ...lambda,
    name: "Lambda",
    path: "/2015-03-31/functions/",
    handle: lambdaService(lambda, find),
  };
}

const serialize = (payload: unknown): string => JSON.stringify(payload) ?? "null";

function within(text: string, limit: number): string {
  if (Buffer.byteLength(text) <= limit) return text;
  throw new AwsError(
    "RequestTooLargeException",
    `Request must be smaller than ${limit} bytes for the InvokeFunction operation`,
    413,
  );
}

function nameOf(cause: unknown): string {
  return cause instanceof Error ? cause.name : typeof cause;
}

function failureRecord(
  event: QueuedEvent,
  error: FunctionErrorPayload,
  functionArn: string,
  now: number,
): FailureRecord {
  return {
    version: "1.0",
    timestamp: new Date(now).toISOString(),
    requestContext: {
      requestId: event.id,
      functionArn: `${functionArn}:$LATEST`,
      condition: "RetriesExhausted",
      approximateInvokeCount: event.attempts,
    },
    requestPayload: JSON.parse(event.payload),
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    responsePayload: error,
  };
}
