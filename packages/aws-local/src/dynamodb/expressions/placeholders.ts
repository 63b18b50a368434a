import { AwsError } from "../../endpoint/aws-json.ts";
import { isObject } from "../../json.ts";
import { type AttributeValue, readValue } from "../values.ts";
import { type ExpressionName, invalidExpression } from "./lexer.ts";
import type { Path } from "./paths.ts";
import type { PathNode, ValueNode } from "./syntax.ts";

/** The names and values of one request, shared by its expressions, and which of them are used. */
export interface Placeholders {
  /** Throws if a name is not defined, or the path has too many levels. */
  path(node: PathNode, expression: ExpressionName): Path;
  /** Throws if the value is not defined. */
  value(node: ValueNode, expression: ExpressionName): AttributeValue;
  /** Throws if a name or a value was not used. */
  checkUsed(): void;
}

const MAX_LEVELS = 32;
const MAX_PLACEHOLDER_LENGTH = 255;
const MAX_NAME_BYTES = 65_535;

/**
 * Checks the names and values of a request:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeNames.html
 */
export function readPlaceholders(givenNames: unknown, givenValues: unknown): Placeholders {
  const names = readAll("ExpressionAttributeNames", "#", givenNames, readName);
  const values = readAll("ExpressionAttributeValues", ":", givenValues, readGivenValue);
  const usedNames = new Set<string>();
  const usedValues = new Set<string>();

  const nameOf = (placeholder: string, expression: ExpressionName): string => {
    const name = names.get(placeholder);
    if (name === undefined) {
      throw invalidExpression(
        expression,
        `An expression attribute name used in the document path is not defined; attribute name: ${placeholder}`,
      );
    }
    usedNames.add(placeholder);
    return name;
  };

  return {
    path({ steps }, expression) {
      if (steps.length > MAX_LEVELS) {
        throw invalidExpression(
          expression,
          `The document path has too many nesting levels; nesting levels: ${steps.length}`,
        );
      }
      return steps.map((step) =>
        "index" in step ? step.index : "name" in step ? step.name : nameOf(step.placeholder, expression),
      );
    },
    value({ placeholder }, expression) {
      const value = values.get(placeholder);
      if (value === undefined) {
        throw invalidExpression(
          expression,
          `An expression attribute value used in expression is not defined; attribute value: ${placeholder}`,
        );
      }
      usedValues.add(placeholder);
      return value;
    },
    checkUsed() {
      checkAllUsed("ExpressionAttributeNames", names, usedNames);
      checkAllUsed("ExpressionAttributeValues", values, usedValues);
    },
  };
}

function readAll<T>(
  member: string,
  sign: "#" | ":",
  given: unknown,
  read: (value: unknown, placeholder: string) => T,
): ReadonlyMap<string, T> {
  const all = new Map<string, T>();
  if (given === undefined || given === null) return all;
  if (!isObject(given)) throw new AwsError("SerializationException", "Unexpected field type");
  for (const placeholder in given) {
    if (!isPlaceholder(placeholder, sign)) {
      throw invalid(`${member} contains invalid key: Syntax error; key: "${placeholder}"`);
    }
  }
  for (const placeholder in given) all.set(placeholder, read(given[placeholder], placeholder));
  if (all.size === 0) throw invalid(`${member} must not be empty`);
  return all;
}

const isPlaceholder = (text: string, sign: "#" | ":"): boolean =>
  text.startsWith(sign) && /^.[a-zA-Z0-9_]+$/.test(text) && text.length <= MAX_PLACEHOLDER_LENGTH;

function readName(given: unknown, placeholder: string): string {
  if (typeof given !== "string") {
    throw new AwsError("SerializationException", "Unexpected value type in payload");
  }
  const problem =
    given === ""
      ? "Attribute name must not be empty"
      : Buffer.byteLength(given) > MAX_NAME_BYTES
        ? "Attribute name is too large, must be less than 65536 bytes"
        : undefined;
  if (problem === undefined) return given;
  throw invalid(`ExpressionAttributeNames contains invalid value: ${problem} for key ${placeholder}`);
}

function readGivenValue(given: unknown, placeholder: string): AttributeValue {
  try {
    return readValue(given);
  } catch (cause) {
    if (!(cause instanceof AwsError) || cause.code !== "ValidationException") throw cause;
    throw invalid(
      `ExpressionAttributeValues contains invalid value: ${cause.message} for key ${placeholder}`,
    );
  }
}

function checkAllUsed(member: string, all: ReadonlyMap<string, unknown>, used: ReadonlySet<string>): void {
  if (used.size === all.size) return;
  const unused = [...all.keys()].filter((placeholder) => !used.has(placeholder));
  throw invalid(`Value provided in ${member} unused in expressions: keys: {${unused.join(", ")}}`);
}

const invalid = (message: string) => new AwsError("ValidationException", message);
