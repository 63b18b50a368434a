import { Script } from "node:vm";
import type { AnswerSchemas } from "@callboard/core";
import { jsonBytes, limits } from "@callboard/protocol";
import { type Schema, Validator } from "@cfworker/json-schema";

const DEEPEST = 32;
const LONGEST_CHECK_MS = 250;
const MOST_ISSUES = 10;
const LONGEST_ISSUE = 300;

/** Keywords that only repeat what a deeper problem says. */
const WRAPPERS = new Set([
  "properties",
  "patternProperties",
  "items",
  "prefixItems",
  "allOf",
  "$ref",
  "if",
  "false",
]);

/**
 * Answers against JSON Schema, draft 2020-12. Bounded in size, depth and time, since a schema comes with an event; only
 * references within the schema are followed. A schema that cannot be used is itself an issue.
 */
export const jsonSchemaAnswers: AnswerSchemas = {
  issues(schema, value) {
    const fault = faultOf(schema, "schema") ?? faultOf(value, "value");
    if (fault !== undefined) return [fault];
    if (leadsOut(schema)) return ["schema: a reference leads out of it"];
    try {
      const validator = new Validator(structuredClone(schema) as Schema, "2020-12", false);
      const { valid, errors } = inTime(() => validator.validate(value));
      if (valid) return [];
      const telling = errors.filter(({ keyword }) => !WRAPPERS.has(keyword));
      return (telling.length > 0 ? telling : errors)
        .slice(0, MOST_ISSUES)
        .map(({ instanceLocation, error }) =>
          `${fieldOf(instanceLocation)}: ${error}`.slice(0, LONGEST_ISSUE),
        );
    } catch {
      return ["schema: it is not a JSON Schema that can be used"];
    }
  },
};

const script = new Script("run()");

/** Runs synchronous work; throws when it takes too long: patterns and references can take exponential time. */
function inTime<T>(work: () => T): T {
  let result: { value: T } | undefined;
  script.runInNewContext({ run: () => (result = { value: work() }) }, { timeout: LONGEST_CHECK_MS });
  return result!.value;
}

function faultOf(json: unknown, what: string): string | undefined {
  if (jsonBytes(json) > limits.replyValueBytes) return `${what}: over ${limits.replyValueBytes} bytes`;
  return depthOver(json, DEEPEST) ? `${what}: deeper than ${DEEPEST} levels` : undefined;
}

function leadsOut(schema: unknown): boolean {
  if (typeof schema !== "object" || schema === null) return false;
  return Object.entries(schema).some(
    ([key, value]) =>
      (/^\$(ref|dynamicRef|recursiveRef)$/.test(key) &&
        !(typeof value === "string" && value.startsWith("#"))) ||
      leadsOut(value),
  );
}

function depthOver(value: unknown, left: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return left === 0 || Object.values(value).some((inner) => depthOver(inner, left - 1));
}

/** `#/a/0` as `value.a.0`. */
const fieldOf = (location: string): string =>
  `value${location.slice(1).replaceAll("/", ".").replaceAll("~1", "/").replaceAll("~0", "~")}`;
