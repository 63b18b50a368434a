import { parseResource } from "../run/resource.ts";

/**
 * The type of a value in an answer: text (`s`) with a length, a number (`n`) with bounds, a boolean (`b`), anything
 * (`*`) or one of some texts (`e`). Or a list (`l`) or a map (`m`) of such values, or the structure with a number.
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

/** The answers of a service's operations: the number of a structure, or null for an empty answer. */
export interface ServiceModel {
  readonly operations: Readonly<Record<string, number | null>>;
  readonly structures: readonly (readonly [
    members: Readonly<Record<string, Shape>>,
    required?: readonly string[],
  ])[];
}

/** The operation behind a mocked Task. */
export type MockedOperation =
  | { readonly kind: "unchecked" }
  | { readonly kind: "operation"; readonly service: string; readonly operation: string };

const UNCHECKED = { kind: "unchecked" } as const;

/** Optimized integrations of Step Functions, with the SDK's names of the same services. */
const SDK_NAMES: Readonly<Record<string, string>> = { events: "eventbridge", states: "sfn" };

/** Services whose mocks AWS does not check either. */
const NEVER_CHECKED = /^arn:aws[^:]*:states:::(http:|apigateway:|eks:(call|runJob)$)/;

const INTEGRATION = /^arn:aws[^:]*:states:::(?:aws-sdk:)?([^:]+):([^:]+)$/;

/** With `.sync`, the answer is that of the operation by which Step Functions polls the work. */
const POLLED: Readonly<Record<string, string>> = {
  "athena:startQueryExecution": "getQueryExecution",
  "batch:submitJob": "describeJobs",
  "ecs:runTask": "describeTasks",
  "sfn:startExecution": "describeExecution",
};

/**
 * The operation whose answer is a Task's result. There is none for a function's own ARN, an activity, or a result with a
 * task token: those results may have any form.
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

/** The answers of a service's operations; undefined if there is no model of it. */
export async function serviceModel(service: string): Promise<ServiceModel | undefined> {
  // It is large, and only mocks need it.
  const { SERVICE_TABLE } = await import("./service-table.ts");
  const text = Object.hasOwn(SERVICE_TABLE, service) ? SERVICE_TABLE[service] : undefined;
  return text === undefined ? undefined : (JSON.parse(text) as ServiceModel);
}
