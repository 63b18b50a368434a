import { _, type CodeKeywordDefinition, type KeywordCxt } from "ajv";
import type AjvCore from "ajv/dist/core.js";

/** Steps of one check; a usual answer takes some dozen. */
const mostSteps = 30_000;

/** A check that would have taken too long. */
export class TooMuchWork extends Error {}

/** Counts the work of checks, one after the other, and ends one that goes on for too long. */
export interface WorkBudget {
  /** Takes steps away; throws `TooMuchWork` when there are none left. */
  spend(steps: number): void;
  /** Steps that the last check has taken. */
  spent(): number;
  /** Does the work of one check. Throws `TooMuchWork`. */
  run<T>(work: () => T): T;
  /** The work was torn off, and what did it is not to be used again. */
  wasCut(): boolean;
}

/** Counts steps and nothing else, so that it needs nothing of Node. */
export function stepBudget(): WorkBudget {
  let left = 0;
  return {
    spend(steps) {
      left -= steps;
      if (left < 0) throw new TooMuchWork();
    },
    spent: () => mostSteps - left,
    run(work) {
      left = mostSteps;
      try {
        return work();
      } catch (error) {
        // A stack that is used up is work without an end, too.
        throw error instanceof RangeError ? new TooMuchWork() : error;
      }
    },
    wasCut: () => false,
  };
}

/** Has each keyword that a validator applies cost a step, and more where what it looks at is long. */
export function countKeywords(ajv: AjvCore.default, budget: WorkBudget): void {
  for (const rule of Object.values(ajv.RULES.all)) {
    if (typeof rule !== "object" || !("code" in rule.definition)) continue;
    const definition = rule.definition as CodeKeywordDefinition;
    const { code } = definition;
    const toSpend = (data: unknown, listed: number) => budget.spend(stepsOf(rule.keyword, data) + listed);
    definition.code = (keyword: KeywordCxt, ruleType) => {
      const listed = Array.isArray(keyword.schema) ? keyword.schema.length >> 3 : 0;
      const spend = keyword.gen.scopeValue("func", { ref: toSpend });
      keyword.gen.code(_`${spend}(${keyword.data}, ${listed})`);
      code.call(definition, keyword, ruleType);
    };
  }
}

function stepsOf(keyword: string, data: unknown): number {
  if (typeof data === "string") return 1 + (data.length >> 6);
  if (!Array.isArray(data)) return 1;
  // Each item is compared with each.
  return keyword === "uniqueItems" ? 1 + ((data.length ** 2) >> 4) : 1 + (data.length >> 3);
}
