import { CandidateValue, isRequestId, type RequestValue } from "@callboard/protocol";
import { type Items, valuesUnder } from "./items.ts";

/** The proposals of one source in one round. */
interface CandidateGroup {
  /** Who proposes, without the remark that it is a stand-in. */
  source: string;
  standIn: boolean;
  candidates: CandidateValue[];
}

/** One round of a thread; `groups` in the order in which the sources came. */
export interface CandidateRound {
  round: number;
  groups: CandidateGroup[];
}

/**
 * The rounds of a thread, the newest first. A candidate that came with a question stands in the place of the proposal
 * that it is (same id and title), under who proposed it. Of the round of `question` the candidates of other questions
 * are left out.
 */
export function candidatesOf(items: Items, thread: string, question?: RequestValue): CandidateRound[] {
  const rounds = new Map<number, CandidateValue[]>();
  for (const { value } of valuesUnder(items, "candidate/", CandidateValue)) {
    const isOthers = isAsked(value) && value.round === question?.round && value.by !== question.requestId;
    if (value.thread === thread && !isOthers)
      rounds.set(value.round, [...(rounds.get(value.round) ?? []), value]);
  }
  return [...rounds]
    .sort(([a], [b]) => b - a)
    .map(([round, values]) => ({ round, groups: groupsOf(eachOnce(values)) }));
}

/** Tells a candidate from others with the same id. */
export const candidateKey = ({ by, id }: CandidateValue): string => `${by}/${id}`;

/** Came with a question; else some source proposed it. */
const isAsked = ({ by }: CandidateValue): boolean => isRequestId(by);

function eachOnce(values: readonly CandidateValue[]): CandidateValue[] {
  const same = (a: CandidateValue, b: CandidateValue) => a.id === b.id && a.title === b.title;
  const asked = values.filter(isAsked);
  const shown: CandidateValue[] = [];
  for (const value of [...values.filter((one) => !isAsked(one)), ...asked]) {
    const own = isAsked(value) ? value : asked.findLast((one) => same(one, value));
    if (!own) shown.push(value);
    else if (!shown.some((one) => isAsked(one) && same(one, own)))
      shown.push(
        own.source === undefined && value.source !== undefined ? { ...own, source: value.source } : own,
      );
  }
  return shown;
}

function groupsOf(values: readonly CandidateValue[]): CandidateGroup[] {
  const groups = new Map<string, CandidateValue[]>();
  for (const value of values) {
    const source = value.source ?? "";
    groups.set(source, [...(groups.get(source) ?? []), value]);
  }
  return [...groups].map(([source, candidates]) => ({
    ...readSource(source),
    candidates: candidates.sort((a, b) => a.id.localeCompare(b.id, "en", { numeric: true })),
  }));
}

/** The thread to show when no question names one: that of the newest proposal. */
export function latestThread(items: Items): string | undefined {
  return valuesUnder(items, "candidate/", CandidateValue).at(-1)?.value.thread;
}

/** How a reply names a candidate: whose it is matters only where a question came without candidates of its own. */
export interface Choice {
  candidateId?: string | undefined;
  source?: string | undefined;
}

/** What a reply to a question says of a candidate that was marked. */
export const choiceOf = (question: RequestValue, { id, source }: CandidateValue): Choice =>
  question.candidates.length > 0 || source === undefined ? { candidateId: id } : { candidateId: id, source };

/** Whether a question can be answered with a candidate: one of its own, or without any all proposals of its round. */
export const isOffered = (question: RequestValue, candidate: CandidateValue): boolean =>
  question.candidates.length > 0
    ? candidate.by === question.requestId && question.candidates.includes(candidate.id)
    : !isAsked(candidate) && candidate.thread === question.thread && candidate.round === question.round;

/** Whether a candidate is the one that a reply to a question names. */
export const isChosen = (
  question: RequestValue,
  candidate: CandidateValue,
  choice: Choice | undefined,
): boolean =>
  choice?.candidateId === candidate.id &&
  isOffered(question, candidate) &&
  (question.candidates.length > 0 || choice.source === undefined || choice.source === candidate.source);

/** The title of the candidate that a reply to a question names. */
export const candidateTitle = (items: Items, question: RequestValue, choice: Choice): string | undefined =>
  valuesUnder(items, "candidate/", CandidateValue).find(({ value }) => isChosen(question, value, choice))
    ?.value.title;

const standInRemark = /[\s,·:–-]*[([]?\bstand-in\b[)\]]?:?/i;

/** Takes a source's label apart: `Claude (stand-in)` is Claude, and a stand-in. */
export function readSource(source: string): { source: string; standIn: boolean } {
  const standIn = standInRemark.test(source);
  const name = standIn ? source.replace(standInRemark, "").trim() : source;
  return { source: name || (standIn ? "A stand-in" : "Proposals"), standIn };
}
