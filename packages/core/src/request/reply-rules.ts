import { defined, jsonBytes, limits, type Need, needsOf, type RecordedReply } from "@callboard/protocol";
import type { FeedbackRequest } from "./request.ts";

/** The fields of a question against which a reply is checked. */
export interface Question extends Pick<FeedbackRequest, "verbs" | "candidates" | "round"> {
  readonly plugin?: FeedbackRequest["plugin"] | undefined;
  readonly schema?: FeedbackRequest["schema"] | undefined;
  readonly maxRounds?: number | undefined;
}

/** The content of an answer, from a person or the default. */
type AnswerContent = Pick<RecordedReply, "verb"> & {
  readonly [F in "candidateId" | "source" | "value" | "comment"]?: RecordedReply[F] | undefined;
};

/**
 * What is stored of an answer. The source of a candidate is stored only if the question has no candidates of its own,
 * because their ids are unique.
 */
export const storedAnswer = (
  { candidates }: Question,
  { verb, candidateId, source, value, comment }: AnswerContent,
) => defined({ verb, candidateId, source: candidates.length > 0 ? undefined : source, value, comment });

/** The schema to check an answer's value against; undefined if there is none, or the value cannot be valid anyway. */
export function schemaToFit(
  question: Question,
  { verb, value }: AnswerContent,
): Record<string, unknown> | undefined {
  const isChecked = needsOf(verb).includes("schema") && value !== undefined;
  return isChecked && jsonBytes(value) <= limits.replyValueBytes ? question.schema : undefined;
}

/** What is wrong with an answer, by field; `schemaIssues` are those of its value against the schema. */
export function replyIssues(
  question: Question,
  answer: AnswerContent,
  schemaIssues: readonly string[],
): string[] {
  const { verbs, candidates, round } = question;
  if (!verbs.includes(answer.verb)) return [`verb: not among ${verbs.join(", ")}`];
  const issues: string[] = [];
  const { verb, candidateId, value } = answer;
  const needs = (need: Need) => needsOf(verb).includes(need);
  if (candidateId !== undefined && candidates.length > 0 && !candidates.includes(candidateId))
    issues.push("candidateId: not among the request's candidates");
  if (needs("candidate") && candidateId === undefined) issues.push(`candidateId: ${verb} needs a candidate`);
  if (needs("value") && value === undefined) issues.push(`value: ${verb} needs a value`);
  const most = question.plugin ? limits.pluginBytes : limits.replyValueBytes;
  if (jsonBytes(value) > most) issues.push(`value: over ${most} bytes`);
  issues.push(...schemaIssues);
  if (needs("round") && isLastRound(question))
    issues.push(`verb: round ${round} of ${question.maxRounds} is the last`);
  return issues;
}

const isLastRound = ({ round, maxRounds }: Question): boolean => round >= (maxRounds ?? Infinity);

/** Whether there is a verb that can be answered with. */
export const isAnswerable = (question: Question): boolean =>
  question.verbs.some((verb) => !(needsOf(verb).includes("round") && isLastRound(question)));

/** Whether an answer has the same content as one that was stored. */
export const isSameReply = (
  question: Question,
  kept: RecordedReply,
  reply: AnswerContent & Pick<RecordedReply, "round">,
): boolean =>
  kept.round === reply.round && isSameJson(storedAnswer(question, kept), storedAnswer(question, reply));

function isSameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [ofA, ofB] = [Object.entries(a), new Map(Object.entries(b))];
  return (
    ofA.length === ofB.size && ofA.every(([key, value]) => ofB.has(key) && isSameJson(value, ofB.get(key)))
  );
}
