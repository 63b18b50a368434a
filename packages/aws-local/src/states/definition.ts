import { AwsError } from "../endpoint/aws-json.ts";
import type { MachineDefinition } from "./asl.ts";
import { checkBlock } from "./check-block.ts";
import type { DefinitionProblem } from "./checking.ts";

/** Reads a definition; throws `InvalidDefinition` if it cannot run. */
export function parseDefinition(text: string): MachineDefinition {
  refuseProblems(checkDefinition(text));
  return JSON.parse(text) as MachineDefinition;
}

/** Throws `InvalidDefinition` with the first ten problems, if there are any. */
export function refuseProblems(problems: readonly DefinitionProblem[]): void {
  if (problems.length === 0) return;
  const shown = problems
    .slice(0, 10)
    .map(({ code, message, location }) => `${code}: ${message} at ${location}`)
    .join(", ");
  throw new AwsError("InvalidDefinition", `Invalid State Machine Definition: '${shown}'`);
}

/** All problems of a definition's text; empty if it can run. */
export function checkDefinition(text: string, check = checkBlock): DefinitionProblem[] {
  let definition: unknown;
  try {
    definition = JSON.parse(text);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : "not JSON";
    return [{ code: "INVALID_JSON_DESCRIPTION", message, location: "/" }];
  }
  return check(definition);
}
