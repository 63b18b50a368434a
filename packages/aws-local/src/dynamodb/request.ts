import { AwsError } from "../endpoint/aws-json.ts";
import { isObject } from "../json.ts";

/** An operation's input, or a structure within it: JSON whose members are checked where they are used. */
export type Input = Readonly<Record<string, unknown>>;

/** A request that breaks a rule of the API. */
export const invalid = (message: string): AwsError => new AwsError("ValidationException", message);

export const invalidParameter = (why: string): AwsError =>
  invalid(`One or more parameter values were invalid: ${why}`);

/** A member that breaks its constraint in the API's model; `member` is the API's spelling. */
export const violates = (member: string, value: unknown, rule: string): AwsError => {
  const path = member.charAt(0).toLowerCase() + member.slice(1);
  const shown = value === undefined || value === null ? "null" : `'${textOfValue(value)}'`;
  return invalid(
    `1 validation error detected: Value ${shown} at '${path}' failed to satisfy constraint: ${rule}`,
  );
};

const textOfValue = (value: unknown): string =>
  typeof value === "object" ? JSON.stringify(value) : String(value);

/** A member of another type than in the API's model. */
export const serialization = (member: string, wanted: string): AwsError =>
  new AwsError("SerializationException", `${member} is not ${wanted}`);

/** A text member; undefined when it is absent. */
export function textOf(input: Input, member: string): string | undefined {
  const value = input[member] ?? undefined;
  if (value !== undefined && typeof value !== "string") throw serialization(member, "a string");
  return value;
}

/** A required text member. */
export function textIn(input: Input, member: string): string {
  const value = textOf(input, member);
  if (value === undefined) throw violates(member, undefined, "Member must not be null");
  return value;
}

/** A boolean member; false when it is absent. */
export function flagOf(input: Input, member: string): boolean {
  const value = input[member] ?? false;
  if (typeof value !== "boolean") throw serialization(member, "a boolean");
  return value;
}

/** An integer member within bounds; undefined when it is absent. */
export function wholeOf(
  input: Input,
  member: string,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number | undefined {
  const value = input[member] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value)) throw serialization(member, "an integer");
  if (value < least)
    throw violates(member, value, `Member must have value greater than or equal to ${least}`);
  if (value > most) throw violates(member, value, `Member must have value less than or equal to ${most}`);
  return value;
}

/** A member with one of some values; the first of them when it is absent. */
export function choiceOf<C extends string>(input: Input, member: string, choices: readonly [C, ...C[]]): C {
  const value = textOf(input, member);
  if (value === undefined) return choices[0];
  if (!(choices as readonly string[]).includes(value))
    throw violates(member, value, `Member must satisfy enum value set: [${[...choices].sort().join(", ")}]`);
  return value as C;
}

/** A structure or a map; undefined when it is absent. */
export function structureOf(input: Input, member: string): Input | undefined {
  const value = input[member] ?? undefined;
  if (value !== undefined && !isObject(value)) throw serialization(member, "a structure");
  return value;
}

/** A required structure. */
export function structureIn(input: Input, member: string): Input {
  const value = structureOf(input, member);
  if (value === undefined) throw violates(member, undefined, "Member must not be null");
  return value;
}

/** A list member; undefined when it is absent. */
export function listOf(input: Input, member: string): readonly unknown[] | undefined {
  const value = input[member] ?? undefined;
  if (value !== undefined && !Array.isArray(value)) throw serialization(member, "a list");
  return value;
}

/** A required list of structures, of `least` to `most`. */
export function structuresIn(
  input: Input,
  member: string,
  { least = 1, most = Number.POSITIVE_INFINITY }: { least?: number; most?: number } = {},
): readonly Input[] {
  const value = listOf(input, member);
  if (value === undefined) throw violates(member, undefined, "Member must not be null");
  if (value.length < least)
    throw violates(member, value, `Member must have length greater than or equal to ${least}`);
  if (value.length > most)
    throw violates(member, value, `Member must have length less than or equal to ${most}`);
  for (const one of value) if (!isObject(one)) throw serialization(member, "a list of structures");
  return value as readonly Input[];
}

/** Legacy parameters that expressions replaced, each with its replacement. */
const LEGACY = {
  AttributesToGet: "ProjectionExpression",
  AttributeUpdates: "UpdateExpression",
  ConditionalOperator: "ConditionExpression or FilterExpression",
  Expected: "ConditionExpression",
  KeyConditions: "KeyConditionExpression",
  QueryFilter: "FilterExpression",
  ScanFilter: "FilterExpression",
};
const LEGACY_MEMBERS = Object.entries(LEGACY);

/**
 * Refuses the API's legacy parameters, by name
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html).
 */
export function refuseLegacy(input: Input): void {
  for (const [member, instead] of LEGACY_MEMBERS)
    if (input[member] !== undefined && input[member] !== null)
      throw invalid(`${member} is a legacy parameter, which is not supported here: use ${instead}`);
}

const NAME = /^[a-zA-Z0-9_.-]+$/;
const ARN = /^arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table\/([^/]+)$/;

/** A table's name, from its name or ARN, or an index's name. */
export function nameIn(input: Input, member: "TableName" | "IndexName"): string {
  const given = textIn(input, member);
  const name = (member === "TableName" && ARN.exec(given)?.[1]) || given;
  if (!NAME.test(name))
    throw violates(member, given, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
  if (name.length < 3) throw violates(member, given, "Member must have length greater than or equal to 3");
  if (name.length > 255) throw violates(member, given, "Member must have length less than or equal to 255");
  return name;
}
