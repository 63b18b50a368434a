import type { Place } from "../../arn.ts";
import type { Clock } from "../../clock/clock.ts";
import { AwsError } from "../../endpoint/aws-json.ts";
import type { MachineDefinition } from "../asl.ts";
import type { DefinitionProblem } from "../checking.ts";
import type { Executions } from "../executions.ts";
import { MAX_CAUSE_LENGTH, MAX_DATA_SIZE, MAX_ERROR_LENGTH } from "../history.ts";
import type { Machines } from "../machines.ts";
import type { Failure } from "../records.ts";

/** What the operations use. */
export interface Engine {
  readonly clock: Clock;
  readonly place: Place;
  readonly machines: Machines;
  readonly executions: Executions;
  /** The calls of a machine's states that no service here can serve. */
  readonly unserved: (machine: MachineDefinition) => DefinitionProblem[];
  /** A random id that is not used yet. */
  readonly newId: () => string;
  /** Resolves when everything recorded is on the disk. */
  readonly loaded: () => Promise<void>;
}

/** A request from the wire: each field is checked where it is used. */
export type Input = Readonly<Record<string, unknown>>;

/** The error for an invalid field, in AWS's words. */
export function invalidField(field: string, value: unknown, constraint: string): AwsError {
  const shown = value === undefined || value === null ? "null" : `'${String(value).slice(0, 200)}'`;
  return new AwsError(
    "ValidationException",
    `1 validation error detected: Value ${shown} at '${field}' failed to satisfy constraint: ${constraint}`,
  );
}

/** A required text field; lengths are in characters. */
export function text(input: Input, field: string, longest: number): string {
  const value = optionalText(input, field, longest);
  if (value === undefined) throw invalidField(field, value, "Member must not be null");
  if (value === "") throw invalidField(field, value, "Member must have length greater than or equal to 1");
  return value;
}

export function optionalText(input: Input, field: string, longest: number): string | undefined {
  const value = input[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw invalidField(field, value, "Member must be a string");
  if (value.length > longest) {
    throw invalidField(field, "…", `Member must have length less than or equal to ${longest}`);
  }
  return value;
}

/** The `error` and the `cause` of a reported failure, if they are given. */
export function failureText(input: Input): Failure {
  const error = optionalText(input, "error", MAX_ERROR_LENGTH);
  const cause = optionalText(input, "cause", MAX_CAUSE_LENGTH);
  return { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
}

/** An optional field with one of a few values. */
export function oneOf<Value extends string>(
  input: Input,
  field: string,
  values: readonly Value[],
): Value | undefined {
  const value = optionalText(input, field, 100);
  const found = values.find((one) => one === value);
  if (value === undefined || found !== undefined) return found;
  throw invalidField(field, value, `Member must satisfy enum value set: [${values}]`);
}

/** An optional field with as much text as an execution may have: at most 262,144 bytes. */
export function optionalData(input: Input, field: string): string | undefined {
  const data = optionalText(input, field, MAX_DATA_SIZE);
  if (data === undefined || Buffer.byteLength(data) <= MAX_DATA_SIZE) return data;
  throw invalidField(field, "…", `Member must have length less than or equal to ${MAX_DATA_SIZE}`);
}

/** The JSON text of an execution's or a state's input; throws `InvalidExecutionInput`. */
export function inputData(input: Input): string {
  const data = optionalData(input, "input") ?? "{}";
  try {
    JSON.parse(data);
    return data;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "it is not JSON";
    throw new AwsError("InvalidExecutionInput", `Invalid State Machine Execution Input: '${reason}'`);
  }
}

/** A task token. It is a secret, and never in an error. */
export function tokenText(input: Input): string {
  const value = input.taskToken;
  if (value === undefined || value === null)
    throw invalidField("taskToken", undefined, "Member must not be null");
  if (typeof value === "string" && value.length >= 1 && value.length <= 2_048) return value;
  throw invalidField("taskToken", "…", "Member must have length between 1 and 2048");
}

const MAX_RESULTS = 1_000;
const USUAL_RESULTS = 100;

/** Cuts the requested page out of a list, and reads no more of the list than necessary. */
export function page<T>(input: Input, all: Iterable<T>): { items: readonly T[]; nextToken?: string } {
  const asked = input.maxResults ?? 0;
  if (!Number.isInteger(asked) || (asked as number) < 0 || (asked as number) > MAX_RESULTS) {
    throw invalidField("maxResults", asked, `Member must be between 0 and ${MAX_RESULTS}`);
  }
  const size = (asked as number) || USUAL_RESULTS;
  const from = offsetOf(optionalText(input, "nextToken", 1_024));
  const items: T[] = [];
  let at = 0;
  for (const item of all) {
    if (at === from + size) return { items, nextToken: Buffer.from(`page:${at}`).toString("base64url") };
    if (at++ >= from) items.push(item);
  }
  return { items };
}

function offsetOf(token: string | undefined): number {
  if (token === undefined) return 0;
  const offset = /^page:(\d{1,9})$/.exec(Buffer.from(token, "base64url").toString())?.[1];
  if (offset === undefined) throw new AwsError("InvalidToken", "Invalid Token: 'Invalid token'");
  return Number(offset);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: AWS forbids them in names.
const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/;

/** The name of a machine or an execution: 1 to 80 characters, without those that would break an ARN. */
export function nameText(name: string): string {
  if (name.length >= 1 && name.length <= 80 && !FORBIDDEN.test(name)) return name;
  throw new AwsError("InvalidName", `Invalid Name: '${name.slice(0, 100)}'`);
}

/** Seconds since the epoch, as on the wire. */
export function seconds(ms: number): number {
  return ms / 1000;
}
