import { randomBytes, randomUUID } from "node:crypto";
import { defaultPlace } from "../arn.ts";
import type { Clock } from "../clock/clock.ts";
import { awsJson, type Operations } from "../endpoint/aws-json.ts";
import type { EndpointService } from "../endpoint/service.ts";
import { executionOperations } from "./api/execution-operations.ts";
import { machineOperations } from "./api/machine-operations.ts";
import type { Engine } from "./api/operation.ts";
import { taskOperations } from "./api/task-operations.ts";
import { taskToken } from "./arn.ts";
import { Executions } from "./executions.ts";
import type { Integration } from "./integration.ts";
import { Machines } from "./machines.ts";
import type { StatusChangeEvent } from "./status-change.ts";

/** What an engine is made of. */
export interface StatesOptions {
  readonly clock: Clock;
  /** Where the journals are; without it everything is forgotten with the process. */
  readonly directory?: string | undefined;
  /**
   * The services that Task states call, by their `Resource` without its pattern suffix
   * (`arn:aws:states:::events:putEvents`); `lambdaFunction` serves the ARNs of functions themselves.
   */
  readonly integrations: Readonly<Record<string, Integration>>;
  /** By default `us-east-1`. */
  readonly region?: string;
  /** By default `000000000000`. */
  readonly accountId?: string;
  /**
   * Told when an execution starts, when it ends, and of each redrive and its end, in that order. Told again when it throws, or when the process was
   * killed before it resolved.
   */
  readonly onStatusChange?: (event: StatusChangeEvent) => Promise<void> | void;
  /** In [0, 1), for the jitter of retries. */
  readonly random?: () => number;
}

/** An engine: the API of Step Functions, and its life. */
export interface States extends EndpointService {
  /** The same operations, without HTTP. */
  readonly operations: ReturnType<typeof operationsOf>;
  /** Takes up what the directory holds: every execution that has not ended goes on where it was. */
  resume(): Promise<void>;
  /** Stops all work and closes the journals; nothing is lost, executions go on at the next `resume`. */
  close(): Promise<void>;
}

/** Step Functions on one machine: Standard workflows, their callbacks, and the API that the AWS SDK speaks. */
export function createStates(options: StatesOptions): States {
  const { clock, directory, integrations } = options;
  const { region = defaultPlace.region, accountId = defaultPlace.accountId } = options;
  const machines = new Machines(directory);
  const executions = new Executions(
    {
      clock,
      integrations,
      region,
      random: options.random ?? Math.random,
      newToken: ({ projection }) =>
        taskToken(projection.start.executionArn, randomBytes(24).toString("base64url")),
    },
    directory,
    options.onStatusChange,
  );
  let loading: Promise<void> | undefined;
  const loaded = () => {
    loading ??= Promise.all([machines.load(), executions.load()]).then(() => {});
    return loading;
  };
  const operations = operationsOf({
    clock,
    place: { region, accountId },
    machines,
    executions,
    newId: randomUUID,
    loaded,
  });
  return {
    name: "Step Functions",
    target: "AWSStepFunctions",
    handle: awsJson(operations as Operations),
    operations,
    async resume() {
      await loaded();
      executions.wake();
    },
    async close() {
      await loading;
      await executions.close();
      await machines.close();
    },
  };
}

function operationsOf(engine: Engine) {
  return { ...machineOperations(engine), ...executionOperations(engine), ...taskOperations(engine) };
}
