import { defined, jsonBytes, limits, type Need, needsOf, type RecordedReply } from "@callboard/protocol";
import type { FeedbackRequest } from "./request.ts";

/** What a question asks of whoever answers it. */
export interface Question extends Pick<FeedbackRequest, "verbs" | "candidates" | "round"> {
  readonly plugin?: FeedbackRequest["plugin"] | undefined;
  readonly schema?: FeedbackRequest["schema"] | undefined;
  readonly maxRounds?: number | undefined;
}

/** What somebody answers, whoever it is. */
type Said = Pick<RecordedReply, "verb"> & {
  readonly [F in "candidateId" | "source" | "value" | "comment"]?: RecordedReply[F] | undefined;
};

/**
 * What is kept of an answer. Whose candidate was meant says nothing where the question has candidates of its own, whose
 * ids are enough.
 */
export const saidIn = ({ candidates }: Question, { verb, candidateId, source, value, comment }: Said) =>
  defined({ verb, candidateId, source: candidates.length > 0 ? undefined : source, value, comment });

/** The schema that an answer is to be checked against; undefined when there is none, or nothing that could fit. */
export function schemaToFit(question: Question, { verb, value }: Said): Record<string, unknown> | undefined {
  const isChecked = needsOf(verb).includes("schema") && value !== undefined;
  return isChecked && jsonBytes(value) <= limits.replyValueBytes ? question.schema : undefined;
}

/** What is wrong with an answer, by field; `schemaIssues` is what its value lacks to fit the schema. */
export function replyIssues(question: Question, said: Said, schemaIssues: readonly string[]): string[] {
  const { verbs, candidates, round } = question;
  if (!verbs.includes(said.verb)) return [`verb: not among ${verbs.join(", ")}`];
  const issues: string[] = [];
  const { verb, candidateId, value } = said;
  const needs = (need: Need) => needsOf(verb).includes(need);
  if (candidateId !== undefined && candidates.length > 0 && !candidates.includes(candidateId))
    issues.push("candidateId: not among the request's candidates");
  if (needs("candidate") && candidateId === undefined)
    issues.push(`candidateId: a ${verb} names a candidate`);
  if (needs("value") && value === undefined) issues.push(`value: ${verb} needs a value`);
  const most = question.plugin ? limits.pluginBytes : limits.replyValueBytes;
  if (jsonBytes(value) > most) issues.push(`value: over ${most} bytes`);
  issues.push(...schemaIssues);
  if (needs("round") && isLastRound(question))
    issues.push(`verb: round ${round} of ${question.maxRounds} is the last`);
  return issues;
}

const isLastRound = ({ round, maxRounds }: Question): boolean =>
  maxRounds !== undefined && round >= maxRounds;

/** Whether there is a verb that somebody could answer with. */
export const isAnswerable = (question: Question): boolean =>
  question.verbs.some((verb) => !(needsOf(verb).includes("round") && isLastRound(question)));

/** Whether an answer says what one that was kept said. */
export const isSameReply = (
  question: Question,
  kept: RecordedReply,
  reply: Said & Pick<RecordedReply, "round">,
): boolean => kept.round === reply.round && isSameJson(saidIn(question, kept), saidIn(question, reply));

function isSameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [ofA, ofB] = [Object.entries(a), new Map(Object.entries(b))];
  return (
    ofA.length === ofB.size && ofA.every(([key, value]) => ofB.has(key) && isSameJson(value, ofB.get(key)))
  );
}
