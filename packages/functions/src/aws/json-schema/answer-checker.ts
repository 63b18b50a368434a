import { type CompiledSchema, compileSchema } from "./compile-schema.ts";
import { TooMuchWork, type WorkBudget } from "./step-budget.ts";

type SchemaObject = Readonly<Record<string, unknown>>;

/** Schemas that are kept compiled; the one that was used least lately makes room. */
const mostKept = 64;

/** Checks answers against schemas, as far as its budget allows. */
export interface AnswerChecker {
  /** Why no answer can ever be checked against a schema, which is to be of bounded size and depth; undefined when it can be used. */
  faultOf(schema: SchemaObject): string | undefined;
  /** Problems of a value, in words that name the field and repeat nothing; a schema at fault is one. */
  issuesOf(schema: SchemaObject, value: unknown): string[];
}

export function answerChecker(budget: WorkBudget): AnswerChecker {
  const kept = new Map<string, CompiledSchema>();

  function compiled(schema: SchemaObject): CompiledSchema {
    const key = JSON.stringify(schema);
    const found = kept.get(key) ?? compileSchema(schema, budget);
    kept.delete(key);
    kept.set(key, found);
    for (const [oldest] of kept) if (kept.size > mostKept) kept.delete(oldest);
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
        // Work that was torn off may have left anything behind.
        if (budget.wasCut()) kept.delete(JSON.stringify(schema));
        return ["value: takes too long to be checked against the schema"];
      }
    },
  };
}
