import { parseResource } from "../run/resource.ts";

/**
 * What a value of an answer must be: text (`s`) of so many characters, a number (`n`) within bounds, a boolean (`b`),
 * anything (`*`), one of some texts (`e`), a list (`l`) or a map (`m`) of such values, or the structure of a number.
 */
export type Shape =
  | "s"
  | "n"
  | "b"
  | "*"
  | number
  | readonly [kind: "s" | "n", least: number | null, most?: number]
  | readonly [kind: "e", ...values: string[]]
  | readonly [kind: "l" | "m", item: Shape];

/** What the operations of a service answer: the number of a structure, or null where they answer nothing. */
export interface ServiceModel {
  readonly operations: Readonly<Record<string, number | null>>;
  readonly structures: readonly (readonly [
    members: Readonly<Record<string, Shape>>,
    required?: readonly string[],
  ])[];
}

/** What stands behind a Task that is mocked. */
export type MockedOperation =
  | { readonly kind: "unchecked" }
  | { readonly kind: "operation"; readonly service: string; readonly operation: string };

const UNCHECKED = { kind: "unchecked" } as const;

/** Integrations that Step Functions has of its own, under the names by which the SDK's have the same services. */
const SDK_NAMES: Readonly<Record<string, string>> = { events: "eventbridge", states: "sfn" };

/** Those whose mocks AWS does not check, either. */
const NEVER_CHECKED = /^arn:aws[^:]*:states:::(http:|apigateway:|eks:(call|runJob)$)/;

const INTEGRATION = /^arn:aws[^:]*:states:::(?:aws-sdk:)?([^:]+):([^:]+)$/;

/** With `.sync` the answer is that of the operation by which Step Functions sees how the work stands. */
const POLLED: Readonly<Record<string, string>> = {
  "athena:startQueryExecution": "getQueryExecution",
  "batch:submitJob": "describeJobs",
  "ecs:runTask": "describeTasks",
  "sfn:startExecution": "describeExecution",
};

/**
 * The operation whose answer a Task's result is. None stands behind a function's own ARN, an activity, or what comes back
 * with a task token: those give whatever somebody made.
 */
export function mockedOperation(resource: string): MockedOperation {
  const { resource: named, pattern } = parseResource(resource);
  if (pattern === "waitForTaskToken" || NEVER_CHECKED.test(named)) return UNCHECKED;
  const [, name, action] = INTEGRATION.exec(named) ?? [];
  if (name === undefined || action === undefined) return UNCHECKED;
  const service =
    action === "invokeModel" && name === "bedrock" ? "bedrockruntime" : (SDK_NAMES[name] ?? name);
  const polled = pattern.startsWith("sync") ? POLLED[`${service}:${action}`] : undefined;
  return { kind: "operation", service, operation: polled ?? action };
}

/** What a service's operations answer; undefined where there is no model of it. */
export async function serviceModel(service: string): Promise<ServiceModel | undefined> {
  // It is large, and needed by those alone who mock.
  const { SERVICE_TABLE } = await import("./service-table.ts");
  const text = Object.hasOwn(SERVICE_TABLE, service) ? SERVICE_TABLE[service] : undefined;
  return text === undefined ? undefined : (JSON.parse(text) as ServiceModel);
}
