import { isObject, type Json } from "../../json.ts";
import type { ServiceModel, Shape } from "./service-models.ts";

/**
 * How strictly a mocked result is checked:
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_MockInput.html
 */
export type ValidationMode = "STRICT" | "PRESENT" | "NONE";

/**
 * The first problem of a mocked result by the model of its operation, in AWS's words; undefined if there is none. Unknown
 * fields are ignored, and only `STRICT` requires the required ones. Sizes of lists and maps, and patterns, are not
 * checked.
 */
export function resultProblem(
  { structures }: ServiceModel,
  answer: number,
  result: Json,
  mode: ValidationMode,
): string | undefined {
  const structureProblem = (number: number, value: Record<string, Json>): string | undefined => {
    const [members, required = []] = structures[number]!;
    const missing = required.find((name) => !Object.hasOwn(value, name) || value[name] === null);
    if (mode === "STRICT" && missing !== undefined) return `Required field '${missing}' is missing`;
    for (const [name, item] of Object.entries(value)) {
      const shape = Object.hasOwn(members, name) ? members[name] : undefined;
      const problem = shape === undefined || item === null ? undefined : problemOf(name, shape, item);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
  const problemOf = (name: string, shape: Shape, value: Json): string | undefined => {
    const must = (be: string) => `Field '${name}' must be ${be}`;
    if (typeof shape === "number") {
      return isObject(value) ? structureProblem(shape, value) : must("an object");
    }
    if (typeof shape === "string") {
      if (shape === "*" || typeof value === TYPES[shape]) return undefined;
      return must(NAMES[shape]);
    }
    switch (shape[0]) {
      case "e":
        if (typeof value !== "string") return must(NAMES.s);
        return shape.includes(value, 1) ? undefined : `Field '${name}' is not an expected value`;
      case "l":
        if (!Array.isArray(value)) return must("an array");
        return firstOf(value, (item) => problemOf(name, shape[1], item));
      case "m":
        if (!isObject(value)) return must("an object");
        return firstOf(Object.values(value), (item) => problemOf(name, shape[1], item));
      case "s":
      case "n": {
        const [kind, least, most] = shape;
        if (typeof value !== TYPES[kind]) return must(NAMES[kind]);
        return boundsProblem(name, value as string | number, least, most);
      }
    }
  };
  return isObject(result) ? structureProblem(answer, result) : "Mocked result must be a JSON object";
}

const TYPES = { s: "string", n: "number", b: "boolean" } as const;
const NAMES = { s: "a string", n: "a number", b: "a boolean" } as const;

function boundsProblem(
  name: string,
  value: string | number,
  least: number | null,
  most: number | undefined,
): string | undefined {
  const [size, small, large] =
    typeof value === "string"
      ? [value.length, "is smaller than the minimum length", "exceeds the maximum length"]
      : [value, "is less than the minimum value", "exceeds the maximum value"];
  if (least !== null && size < least) return `Field '${name}' ${small}`;
  return most !== undefined && size > most ? `Field '${name}' ${large}` : undefined;
}

function firstOf(items: readonly Json[], problemOf: (item: Json) => string | undefined): string | undefined {
  for (const item of items) {
    const problem = problemOf(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
