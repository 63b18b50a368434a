import { createHash, randomUUID } from "node:crypto";
import type { Expression } from "jsonata";
import { hashAlgorithm, partition, range, seededRandom } from "./functions.ts";

/**
 * Adds Step Functions' own functions to JSONata's: `$partition`, `$range`, `$hash`, `$random` with a seed, `$uuid` and
 * `$parse`
 * (https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn).
 */
export function addFunctions(expression: Expression): void {
  expression.registerFunction("partition", partition, "<an:a<a>>");
  expression.registerFunction("range", range, "<nnn:a<n>>");
  expression.registerFunction("hash", hash, "<ss:s>");
  expression.registerFunction("random", random, "<n?:n>");
  expression.registerFunction("uuid", () => randomUUID(), "<:s>");
  expression.registerFunction("parse", (text: string | undefined) => parse(text), "<s:x>");
}

function hash(text: string, algorithm: string): string {
  return createHash(hashAlgorithm(algorithm)).update(text).digest("hex");
}

function random(seed?: number): number {
  return seed === undefined ? Math.random() : seededRandom(seed);
}

function parse(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}
