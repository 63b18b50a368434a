import { AwsError } from "../endpoint/aws-json.ts";
import type { MachineDefinition } from "./asl.ts";
import { checkBlock } from "./check-block.ts";
import type { DefinitionProblem } from "./checking.ts";

/** Reads a definition; throws `InvalidDefinition` when it is not one that can run. */
export function parseDefinition(text: string): MachineDefinition {
  const [problem, ...more] = checkDefinition(text);
  if (!problem) return JSON.parse(text) as MachineDefinition;
  const told = [problem, ...more.slice(0, 9)]
    .map(({ code, message, location }) => `${code}: ${message} at ${location}`)
    .join(", ");
  throw new AwsError("InvalidDefinition", `Invalid State Machine Definition: '${told}'`);
}

/** Everything that is wrong with a definition's text; empty when it can run. */
export function checkDefinition(text: string): DefinitionProblem[] {
  let definition: unknown;
  try {
    definition = JSON.parse(text);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : "not JSON";
    return [{ code: "INVALID_JSON_DESCRIPTION", message, location: "/" }];
  }
  return checkBlock(definition);
}
