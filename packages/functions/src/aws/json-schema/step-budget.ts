import { _, type CodeKeywordDefinition, type KeywordCxt } from "ajv";
import type AjvCore from "ajv/dist/core.js";

/** Most steps of one check; a usual answer takes a few dozen. */
const MAX_STEPS = 30_000;

/** A check was stopped because it would take too long. */
export class TooMuchWork extends Error {}

/** Counts the steps of checks, which run one at a time, and ends one that takes too many. */
export interface WorkBudget {
  /** Uses steps; throws `TooMuchWork` when none are left. */
  spend(steps: number): void;
  /** Steps that the last check took. */
  spent(): number;
  /** Runs one check. Throws `TooMuchWork`. */
  run<T>(work: () => T): T;
  /** The work was stopped, and the validator must not be used again. */
  wasCut(): boolean;
}

/** Counts only steps, so it needs nothing of Node. */
export function stepBudget(): WorkBudget {
  let left = 0;
  return {
    spend(steps) {
      left -= steps;
      if (left < 0) throw new TooMuchWork();
    },
    spent: () => MAX_STEPS - left,
    run(work) {
      left = MAX_STEPS;
      try {
        return work();
      } catch (error) {
        // A stack overflow also counts as endless work.
        throw error instanceof RangeError ? new TooMuchWork() : error;
      }
    },
    wasCut: () => false,
  };
}

/** Makes each keyword cost one step, and more if its value is long. */
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
  // Each item is compared with each other item.
  return keyword === "uniqueItems" ? 1 + ((data.length ** 2) >> 4) : 1 + (data.length >> 3);
}
