import type { Integration } from "../states/index.ts";
import { stage } from "./states-stage.ts";

export const roleArn = "arn:aws:iam::000000000000:role/test";

/** An engine's TestState, with values where the wire has JSON texts. */
export function tester(
  services: Record<string, Integration> = {},
  options: Parameters<typeof stage>[1] = {},
) {
  const { states, operations, clock } = stage(services, options);
  const send = async (state: unknown, parameters: TestParameters = {}) => {
    const { input, mock, variables, context, wire, ...more } = parameters;
    const answer = await operations.TestState({
      definition: typeof state === "string" ? state : JSON.stringify(state),
      ...(input !== undefined && { input: JSON.stringify(input) }),
      ...(mock && { mock: "result" in mock ? { ...mock, result: JSON.stringify(mock.result) } : mock }),
      ...(variables !== undefined && { variables: JSON.stringify(variables) }),
      ...(context !== undefined && { context: JSON.stringify(context) }),
      ...more,
      ...wire,
    });
    const { output, inspectionData } = answer;
    return {
      ...answer,
      ...(output !== undefined && { output: JSON.parse(output) as unknown }),
      ...(inspectionData && {
        inspectionData: Object.fromEntries(
          Object.entries(inspectionData).map(([field, value]) => [
            field,
            typeof value === "string" ? (JSON.parse(value) as unknown) : value,
          ]),
        ),
      }),
    };
  };
  return { states, operations, clock, send };
}

export interface TestParameters {
  /** Wire parameters that replace others. */
  readonly wire?: Readonly<Record<string, unknown>>;
  readonly input?: unknown;
  readonly mock?:
    | { readonly result: unknown; readonly fieldValidationMode?: string }
    | { readonly errorOutput: { readonly error: string; readonly cause?: string } };
  readonly variables?: unknown;
  readonly context?: unknown;
  readonly [parameter: string]: unknown;
}
