import { randomBytes, randomUUID } from "node:crypto";
import { defaultPlace } from "../arn.ts";
import type { Clock } from "../clock/clock.ts";
import { AwsError, type JsonCall, type Operations, overJson } from "../endpoint/aws-json.ts";
import type { EndpointService } from "../endpoint/service.ts";
import { type Store, StoreFailure } from "../store/store.ts";
import { executionOperations } from "./api/execution-operations.ts";
import { machineOperations } from "./api/machine-operations.ts";
import type { Engine, Input } from "./api/operation.ts";
import { taskOperations } from "./api/task-operations.ts";
import { testOperation } from "./api/test-operation.ts";
import { taskToken } from "./arn.ts";
import { Executions } from "./executions.ts";
import type { HistoryEvent } from "./history.ts";
import type { Integrations } from "./integration.ts";
import { Machines } from "./machines.ts";
import type { Surroundings } from "./run/frame.ts";
import type { StatusChangeEvent } from "./status-change.ts";
import { unservedStates } from "./unserved.ts";

/** As on AWS, ended executions are deleted after 90 days. */
const KEPT_MS = 90 * 86_400_000;

/** The options of an engine. */
export interface StatesOptions {
  readonly clock: Clock;
  /** Where machines, executions and their histories are stored. */
  readonly store: Store;
  /** How long an execution is kept after its end, in milliseconds. Default: 90 days, as on AWS. */
  readonly retentionMs?: number | undefined;
  /** The services that Task states call. */
  readonly integrations: Integrations;
  /** Returns a sentence that says what to do about a resource without a service here. */
  readonly remedy?: (resource: string) => string;
  /** Default: `us-east-1`. */
  readonly region?: string;
  /** Default: `000000000000`. */
  readonly accountId?: string;
  /**
   * Called when an execution starts, when it ends, and for each redrive and its end, in that order. Called again if it
   * throws, or if the process was killed before or soon after it resolved.
   */
  readonly onStatusChange?: (event: StatusChangeEvent) => Promise<void> | void;
  /** Called with executions that were deleted; not called again if the process was killed before. */
  readonly onForgotten?: (executionArns: readonly string[]) => void;
  /** In [0, 1), for the jitter of retries. */
  readonly random?: () => number;
}

/** An engine: the API of Step Functions, and its life cycle. */
export interface States extends EndpointService {
  /** The same operations, without HTTP. */
  readonly operations: ReturnType<typeof operationsOf>;
  readonly call: JsonCall;
  /**
   * At most `most` (1 or more) events of an execution after a given one, in order. It is for polling: GetExecutionHistory
   * reads from the beginning. Empty if the execution does not exist.
   */
  historyAfter(executionArn: string, id: number, most: number): Promise<readonly HistoryEvent[]>;
  /**
   * Resolves when an execution has ended and that is on the disk, at once if none is running; rejects when `signal` is
   * aborted, and when the engine closes.
   */
  untilEnded(executionArn: string, signal: AbortSignal): Promise<void>;
  /** Continues everything in the store: each execution that has not ended resumes where it was. */
  resume(): Promise<void>;
  /** Stops all work, before the store is closed; nothing is lost, executions continue with the next `resume`. */
  close(): Promise<void>;
}

/** Step Functions on one machine: Standard workflows, their callbacks, and the API for AWS SDKs. */
export function createStates(options: StatesOptions): States {
  const { clock, store, integrations, remedy = () => "", retentionMs = KEPT_MS } = options;
  const { region = defaultPlace.region, accountId = defaultPlace.accountId } = options;
  const machines = new Machines(store);
  const around: Surroundings = {
    clock,
    integrations,
    remedy,
    region,
    random: options.random ?? Math.random,
    newToken: ({ projection }) =>
      taskToken(projection.start.executionArn, randomBytes(24).toString("base64url")),
  };
  const over = new AbortController();
  const executions = new Executions(around, {
    store,
    retentionMs,
    report: options.onStatusChange,
    forgotten: options.onForgotten,
  });
  let loading: Promise<void> | undefined;
  const load = async () => {
    machines.load();
    await executions.load();
  };
  const loaded = () => {
    loading ??= load();
    return loading;
  };
  const engine: Engine = {
    clock,
    place: { region, accountId },
    machines,
    executions,
    unserved: (machine) => unservedStates(machine, { integrations, remedy }),
    newId: randomUUID,
    loaded,
  };
  const operations = operationsOf(engine, around, over.signal);
  return {
    name: "Step Functions",
    target: "AWSStepFunctions",
    ...overJson(operations as Operations),
    operations,
    async historyAfter(executionArn, id, most) {
      await loaded();
      const events: HistoryEvent[] = [];
      for (const event of executions.historyAfter(executionArn, id)) if (events.push(event) >= most) break;
      return events;
    },
    async untilEnded(executionArn, signal) {
      await loaded();
      await executions.atWork(executionArn)?.ended(signal);
    },
    async resume() {
      await loaded();
      executions.wake();
    },
    async close() {
      over.abort();
      await loading;
      await executions.close();
    },
  };
}

function operationsOf(engine: Engine, around: Surroundings, over: AbortSignal) {
  const operations = {
    ...machineOperations(engine),
    ...executionOperations(engine),
    ...taskOperations(engine),
    ...testOperation(engine, around, over),
  };
  return Object.fromEntries(
    Object.entries<(input: Input) => Promise<object>>(operations).map(([name, operation]) => [
      name,
      retryable(operation),
    ]),
  ) as typeof operations;
}

/** Wraps an operation: when the store cannot write, it throws an error that SDKs retry. */
function retryable(operation: (input: Input) => Promise<object>) {
  return async (input: Input) => {
    try {
      return await operation(input);
    } catch (cause) {
      if (!(cause instanceof StoreFailure)) throw cause;
      throw new AwsError("ServiceUnavailable", cause.message, 503);
    }
  };
}
