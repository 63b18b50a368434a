import type { Operations } from "../endpoint/aws-json.ts";
import { isObject } from "../json.ts";
import type { Integrations } from "../states/integration.ts";
import { type ApiAction, actionsOf, awsSdk } from "./aws-sdk.ts";

/** Members with a time: seconds on the wire, text in a state. */
const TIME = /(Date|^timestamp)$/;

/**
 * `arn:aws:states:::aws-sdk:sfn:<action>` on the operations of Step Functions. Its wire protocol has members with a small
 * first letter, states have them with a capital one: `ExecutionArn`.
 */
export function sfnTasks(operations: () => Operations): Integrations {
  return {
    find(resource, pattern) {
      const actions = Object.entries(actionsOf(operations())).map(([name, action]) => [
        name,
        translated(action),
      ]);
      return awsSdk("sfn", "Sfn", Object.fromEntries(actions)).find(resource, pattern);
    },
  };
}

const translated =
  (action: ApiAction): ApiAction =>
  async (request, context) =>
    capitalized(await action(small(request), context)) as object;

const small = (request: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(request).map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value]),
  );

function capitalized(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(capitalized);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.charAt(0).toUpperCase() + name.slice(1),
      TIME.test(name) && typeof inner === "number"
        ? new Date(inner * 1000).toISOString()
        : capitalized(inner),
    ]),
  );
}
