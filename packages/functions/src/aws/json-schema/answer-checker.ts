import type { AnswerSchemas } from "@callboard/core";
import { boundedIssues, depthOf, jsonBytes, limits } from "@callboard/protocol";
import { type CompiledSchema, compileSchema } from "./compile-schema.ts";
import { TooMuchWork, type WorkBudget } from "./step-budget.ts";

type SchemaObject = Readonly<Record<string, unknown>>;

/** Schemas that are kept compiled; the one that was used least lately makes room. */
const mostKept = 64;
const mostDepth = 32;

/**
 * Answers against JSON Schema: draft 2020-12, or the one that `$schema` names. Bounded in size, depth and work, since a
 * schema comes with an event; only references within the schema are followed, and patterns run in linear time.
 */
export function answerChecker(budget: WorkBudget): AnswerSchemas {
  const kept = new Map<string, CompiledSchema>();

  function compiled(schema: SchemaObject): CompiledSchema {
    const key = JSON.stringify(schema);
    const found = kept.get(key) ?? compileSchema(schema, budget);
    kept.delete(key);
    kept.set(key, found);
    for (const [oldest] of kept) if (kept.size > mostKept) kept.delete(oldest);
    return found;
  }

  function issuesOf(schema: SchemaObject, value: unknown): string[] {
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
  }

  return {
    fault: async (schema) => boundsFault(schema, "schema") ?? compiled(schema).fault,
    async issues(schema, value) {
      const fault = boundsFault(schema, "schema") ?? boundsFault(value, "value");
      return fault === undefined ? boundedIssues(issuesOf(schema, value)) : [fault];
    },
  };
}

function boundsFault(json: unknown, what: string): string | undefined {
  if (jsonBytes(json) > limits.replyValueBytes) return `${what}: over ${limits.replyValueBytes} bytes`;
  return depthOf(json) > mostDepth ? `${what}: deeper than ${mostDepth} levels` : undefined;
}
