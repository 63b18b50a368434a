import type { AnswerSchemas } from "@callboard/core";
import { boundedIssues, depthOf, jsonBytes, limits } from "@callboard/protocol";
import type { AnswerChecker } from "./json-schema/answer-checker.ts";

const mostDepth = 32;

type Checker = Pick<AnswerChecker, "faultOf" | "issuesOf">;

/**
 * Answers against JSON Schema: draft 2020-12, or the one that `$schema` names. Bounded in size, depth and work, since a
 * schema comes with an event; only references within the schema are followed, and patterns run in linear time. What
 * checks is asked for with each answer, so that it may be loaded by the first.
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
  return depthOf(json) > mostDepth ? `${what}: deeper than ${mostDepth} levels` : undefined;
}
