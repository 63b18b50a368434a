import { AwsError } from "../endpoint/aws-json.ts";
import { isObject } from "../json.ts";
import { QueryError } from "../states/query/index.ts";
import { parse } from "../states/query/path/read-path.ts";
import type { Target } from "./rules.ts";

const MAX_INPUT_LENGTH = 8_192;
const MAX_VARIABLES = 100;

/** Checks one target of a PutTargets call; throws a `ValidationException` for anything wrong. */
export function readTarget(given: unknown): Target {
  if (!isObject(given)) throw invalid("a target must be an object");
  const { Id, Arn, Input, InputPath, InputTransformer, RetryPolicy, DeadLetterConfig } = given;
  if (typeof Id !== "string" || !/^[.\-_A-Za-z0-9]{1,64}$/.test(Id)) throw invalid("Id is not valid");
  if (typeof Arn !== "string" || Arn.length < 1 || Arn.length > 1_600) throw invalid("Arn is not valid", Id);
  if ([Input, InputPath, InputTransformer].filter((shape) => shape !== undefined).length > 1) {
    throw invalid("Only one of Input, InputPath, or InputTransformer must be provided", Id);
  }
  return {
    Id,
    Arn,
    ...(Input !== undefined && { Input: readInput(Input, Id) }),
    ...(InputPath !== undefined && { InputPath: readJsonPath(InputPath, Id) }),
    ...(InputTransformer !== undefined && { InputTransformer: readTransformer(InputTransformer, Id) }),
    ...(RetryPolicy !== undefined && { RetryPolicy: readRetryPolicy(RetryPolicy, Id) }),
    ...(DeadLetterConfig !== undefined && { DeadLetterConfig: readDeadLetterConfig(DeadLetterConfig, Id) }),
  };
}

function readInput(input: unknown, id: string): string {
  if (typeof input !== "string" || input.length > MAX_INPUT_LENGTH) throw invalid("Input is not valid", id);
  try {
    JSON.parse(input);
    return input;
  } catch {
    throw invalid("JSON syntax error in input", id);
  }
}

function readJsonPath(path: unknown, id: string): string {
  if (typeof path !== "string" || path.length > 256) throw invalid("a JSON path is not valid", id);
  try {
    if (parse(path).root.kind === "input") return path;
  } catch (cause) {
    if (!(cause instanceof QueryError)) throw cause;
  }
  throw invalid(`${path} is not a JSON path`, id);
}

function readTransformer(given: unknown, id: string): NonNullable<Target["InputTransformer"]> {
  if (!isObject(given)) throw invalid("InputTransformer is not valid", id);
  const { InputPathsMap = {}, InputTemplate } = given;
  if (typeof InputTemplate !== "string" || InputTemplate === "" || InputTemplate.length > MAX_INPUT_LENGTH) {
    throw invalid("InputTemplate is not valid", id);
  }
  if (!isObject(InputPathsMap) || Object.keys(InputPathsMap).length > MAX_VARIABLES) {
    throw invalid("InputPathsMap is not valid", id);
  }
  const paths = Object.entries(InputPathsMap).map(([name, path]): [string, string] => {
    if (/^aws/i.test(name)) throw invalid(`the variable ${name} is reserved`, id);
    return [name, readJsonPath(path, id)];
  });
  return { InputPathsMap: Object.fromEntries(paths), InputTemplate };
}

function readRetryPolicy(given: unknown, id: string): NonNullable<Target["RetryPolicy"]> {
  if (!isObject(given)) throw invalid("RetryPolicy is not valid", id);
  return {
    ...within(given, "MaximumRetryAttempts", 0, 185, id),
    ...within(given, "MaximumEventAgeInSeconds", 60, 86_400, id),
  };
}

function readDeadLetterConfig(given: unknown, id: string): NonNullable<Target["DeadLetterConfig"]> {
  const arn = isObject(given) ? given.Arn : undefined;
  if (arn === undefined) return {};
  if (typeof arn !== "string" || arn.length < 1 || arn.length > 1_600) {
    throw invalid("DeadLetterConfig is not valid", id);
  }
  return { Arn: arn };
}

function within(given: Record<string, unknown>, name: string, least: number, most: number, id: string) {
  const value = given[name];
  if (value === undefined) return {};
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) {
    return { [name]: value };
  }
  throw invalid(`${name} must be from ${least} to ${most}`, id);
}

function invalid(reason: string, id?: string): AwsError {
  return new AwsError("ValidationException", `${reason}${id === undefined ? "" : ` for target ${id}`}.`);
}
