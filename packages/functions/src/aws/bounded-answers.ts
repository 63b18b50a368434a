import type { AnswerSchemas } from "@callboard/core";
import { boundedIssues, depthOf, jsonBytes, limits } from "@callboard/protocol";
import type { AnswerChecker } from "./json-schema/answer-checker.ts";

const MAX_DEPTH = 32;

type Checker = Pick<AnswerChecker, "faultOf" | "issuesOf">;

/**
 * Checks answers against JSON Schema: draft 2020-12, or the draft that `$schema` names. Size, depth and work are bounded,
 * because a schema comes with an event. Only references within the schema are followed, and patterns run in linear time.
 * The checker is requested for each answer, so that the first answer can load it.
 */
export const boundedAnswers = (load: () => Checker | Promise<Checker>): AnswerSchemas => ({
  async fault(schema) {
    return boundsFault(schema, "schema") ?? (await load()).faultOf(schema);
  },
  async issues(schema, value) {
    const fault = boundsFault(schema, "schema") ?? boundsFault(value, "value");
    return fault === undefined ? boundedIssues((await load()).issuesOf(schema, value)) : [fault];
  },
});

function boundsFault(json: unknown, what: string): string | undefined {
  if (jsonBytes(json) > limits.replyValueBytes) return `${what}: over ${limits.replyValueBytes} bytes`;
  return depthOf(json) > MAX_DEPTH ? `${what}: deeper than ${MAX_DEPTH} levels` : undefined;
}
