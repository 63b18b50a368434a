import { type CompiledSchema, compileSchema } from "./compile-schema.ts";
import { TooMuchWork, type WorkBudget } from "./step-budget.ts";

type SchemaObject = Readonly<Record<string, unknown>>;

/** Number of compiled schemas that are kept; the least recently used one is dropped. */
const MAX_KEPT = 64;

/** Checks answers against schemas, within its budget. */
export interface AnswerChecker {
  /**
   * Why answers can never be checked against a schema; undefined if they can. The schema's size and depth must already be
   * bounded.
   */
  faultOf(schema: SchemaObject): string | undefined;
  /** The problems of a value, each with its field's name and without its content. A faulty schema is one problem. */
  issuesOf(schema: SchemaObject, value: unknown): string[];
}

export function answerChecker(budget: WorkBudget): AnswerChecker {
  const kept = new Map<string, CompiledSchema>();

  function compiled(schema: SchemaObject): CompiledSchema {
    const key = JSON.stringify(schema);
    const found = kept.get(key) ?? compileSchema(schema, budget);
    kept.delete(key);
    kept.set(key, found);
    for (const [oldest] of kept) if (kept.size > MAX_KEPT) kept.delete(oldest);
    return found;
  }

  return {
    faultOf: (schema) => compiled(schema).fault,
    issuesOf(schema, value) {
      const { fault, issues } = compiled(schema);
      if (!issues) return [fault];
      try {
        return issues(value);
      } catch (error) {
        if (!(error instanceof TooMuchWork)) throw error;
        // Work that was stopped may have left the checker in any state.
        if (budget.wasCut()) kept.delete(JSON.stringify(schema));
        return ["value: takes too long to be checked against the schema"];
      }
    },
  };
}
