import { onTestFinished } from "vitest";
import { type VirtualClock, virtualClock } from "../clock/clock.ts";
import {
  createStates,
  type Integration,
  type IntegrationCall,
  type Integrations,
  type StatesOptions,
  TaskFailure,
} from "../states/index.ts";
import { memoryStore } from "../store/memory-store.ts";

const TEST = "arn:aws:states:::test:";

/** An engine with the given services, `arn:aws:states:::test:<name>` each, and `more`. */
export function stage(
  services: Record<string, Integration> = {},
  {
    more,
    ...options
  }: Partial<StatesOptions> & { readonly clock?: VirtualClock; readonly more?: Integrations } = {},
) {
  const clock = options.clock ?? virtualClock();
  const integrations: Integrations = {
    find: (resource, pattern) =>
      services[resource.startsWith("arn:aws:lambda:") ? "lambdaFunction" : resource.replace(TEST, "")] ??
      more?.find(resource, pattern),
  };
  const store = options.store ?? memoryStore();
  const states = createStates({ ...options, clock, store, integrations });
  const { operations } = states;
  onTestFinished(() => states.close());
  let names = 0;
  const history = async (executionArn: string) => {
    const { events } = await operations.GetExecutionHistory({ executionArn, maxResults: 1000 });
    return events as (Record<string, unknown> & { type: string; id: number; timestamp: number })[];
  };
  return {
    clock,
    states,
    operations,
    /** Creates a machine and starts it; returns the execution's ARN. */
    async start(definition: object, input: unknown = {}, name?: string): Promise<string> {
      const { stateMachineArn } = await operations.CreateStateMachine({
        name: `machine-${++names}`,
        roleArn: "arn:aws:iam::000000000000:role/test",
        definition: JSON.stringify(definition),
      });
      const { executionArn } = await operations.StartExecution({
        stateMachineArn,
        input: JSON.stringify(input),
        ...(name !== undefined && { name }),
      });
      return executionArn;
    },
    /** Runs everything that can happen now, also on the disk, until the execution has ended. */
    async ended(executionArn: string) {
      return until(async () => {
        const described = await operations.DescribeExecution({ executionArn });
        if (described.status === "RUNNING") return undefined;
        return {
          status: described.status,
          ...(described.output !== undefined && { output: JSON.parse(described.output) as unknown }),
          ...(described.error !== undefined && { error: described.error }),
          ...(described.cause !== undefined && { cause: described.cause }),
        };
      });
    },
    async status(executionArn: string) {
      return (await operations.DescribeExecution({ executionArn })).status;
    },
    history,
    async types(executionArn: string): Promise<string[]> {
      return (await history(executionArn)).map((event) => event.type);
    },
  };
}

/** Yields to input and output until there is an answer; the test's timeout ends an endless wait. */
export async function until<T>(poll: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (;;) {
    const found = await poll();
    if (found !== undefined) return found;
    await new Promise((done) => setImmediate(done));
  }
}

/** A service that records its calls, and the tokens in them. */
export function recorder(answer: (call: IntegrationCall, nth: number) => unknown = () => ({})) {
  const calls: IntegrationCall[] = [];
  const service: Integration = async (call) => {
    calls.push(call);
    return answer(call, calls.length);
  };
  return {
    calls,
    service,
    /** Resolves with the token of the n-th call. */
    token: (nth = 1) => until(() => (calls[nth - 1]?.arguments as { token?: string } | undefined)?.token),
  };
}

/** A service that fails with `Boom` until it is repaired, and then returns its arguments. */
export function fragile() {
  let isRepaired = false;
  const calls = recorder((call) => {
    if (!isRepaired) throw new TaskFailure("Boom", "not yet");
    return call.arguments;
  });
  return { ...calls, repair: () => (isRepaired = true) };
}

/** A Task that calls a service of the stage. */
export function task(service: string, more: object = {}): object {
  return { Type: "Task", Resource: `arn:aws:states:::test:${service}`, End: true, ...more };
}

/** A Task in JSONata that passes its token to the service `ask` and waits. */
export function waitForToken(more: object = {}): object {
  return task("ask.waitForTaskToken", {
    QueryLanguage: "JSONata",
    Arguments: { token: "{% $states.context.Task.Token %}" },
    ...more,
  });
}

/** A machine of one state. */
export function only(state: object): object {
  return { StartAt: "Only", States: { Only: state } };
}
