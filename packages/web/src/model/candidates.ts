import { CandidateValue, isRequestId, type RequestValue } from "@callboard/protocol";
import { fittingFields, type Items, readUnder } from "./items.ts";
import type { TitleOf } from "./question.ts";

/** A proposal as a page shows it. */
export interface Candidate extends CandidateValue {
  /** Tells it apart from every other proposal of its thread and round. */
  key: string;
  /** Not all of it could be read. */
  partial?: boolean;
}

/** The proposals of one source in one round. */
interface CandidateGroup {
  /** Who proposes, without the remark that it is a stand-in. */
  source: string;
  standIn: boolean;
  candidates: Candidate[];
}

/** One round of a thread; `groups` in the order in which the sources came. */
export interface CandidateRound {
  round: number;
  groups: CandidateGroup[];
}

/** All proposals of a subject in the order in which they came, and the keys of what is none. */
export function candidatesIn(items: Items): { candidates: Candidate[]; misfits: string[] } {
  const { fits, misfits } = readUnder(items, "candidate/", CandidateValue);
  const all = fits.map(({ value, offset }) => ({ offset, candidate: keyed(value) }));
  const unread: string[] = [];
  for (const { key, value, offset } of misfits) {
    const candidate = mend(key, value);
    if (candidate) all.push({ offset, candidate });
    else unread.push(key);
  }
  return {
    candidates: all.sort((a, b) => a.offset - b.offset).map(({ candidate }) => candidate),
    misfits: unread,
  };
}

const keyed = (value: CandidateValue): Candidate => ({ ...value, key: `${value.by}/${value.id}` });

/** A proposal whose value does not fit is known by its key, and by what of it does. */
function mend(key: string, value: unknown): Candidate | undefined {
  const [, thread, round, by, id, ...rest] = key.split("/");
  if (id === undefined || id === "" || rest.length > 0 || !Number.isSafeInteger(Number(round)))
    return undefined;
  const names = { thread: thread!, round: Number(round), by: by!, id };
  const fields = fittingFields<CandidateValue>(CandidateValue.shape, value);
  return { ...keyed({ title: id, ...fields, ...names }), partial: true };
}

/**
 * The rounds of a thread, the newest first. A question shows its own proposals, under the source that made the same ones
 * before; where it came without any, it shows what its round's sources proposed.
 */
export function candidatesOf(
  candidates: readonly Candidate[],
  thread: string,
  request?: RequestValue,
): CandidateRound[] {
  const rounds = new Map<number, Candidate[]>();
  for (const candidate of candidates) {
    if (candidate.thread !== thread) continue;
    rounds.set(candidate.round, [...(rounds.get(candidate.round) ?? []), candidate]);
  }
  return [...rounds]
    .sort(([a], [b]) => b - a)
    .map(([round, all]) => ({
      round,
      groups: groupsOf(request?.round === round ? offeredBy(request, all) : withoutTwins(all)),
    }))
    .filter(({ groups }) => groups.length > 0);
}

const isQuestions = ({ by }: Candidate): boolean => isRequestId(by);
const isSame = (a: Candidate, b: Candidate): boolean => a.id === b.id && a.title === b.title;

function offeredBy(request: RequestValue, all: readonly Candidate[]): Candidate[] {
  const proposed = all.filter((one) => !isQuestions(one));
  if (request.candidates.length === 0) return proposed;
  return all
    .filter(({ by }) => by === request.requestId)
    .map((own) => ({ ...proposed.find((one) => isSame(one, own)), ...own }));
}

/** What a question shows again of what was proposed before stands there once. */
const withoutTwins = (all: readonly Candidate[]): Candidate[] =>
  all.filter((one, index) => !isQuestions(one) || !all.some((other, at) => isTwin(one, index, other, at)));

const isTwin = (one: Candidate, index: number, other: Candidate, at: number): boolean =>
  at !== index && isSame(one, other) && (!isQuestions(other) || at < index);

function groupsOf(candidates: readonly Candidate[]): CandidateGroup[] {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const source = candidate.source ?? saidIn(candidate, "source") ?? "";
    groups.set(source, [...(groups.get(source) ?? []), candidate]);
  }
  return [...groups].map(([source, all]) => ({
    ...readSource(source),
    candidates: all.sort((a, b) => a.id.localeCompare(b.id, "en", { numeric: true })),
  }));
}

/** What a candidate that came with a question says of itself, by a further field of its own. */
export function saidIn({ more }: Candidate, name: "source" | "lang"): string | undefined {
  const said = more !== undefined && Object.hasOwn(more, name) ? more[name] : undefined;
  return typeof said === "string" ? said : undefined;
}

/** The thread to show when no question names one: that of the newest proposal. */
export const latestThread = (candidates: readonly Candidate[]): string | undefined =>
  candidates.at(-1)?.thread;

/** Finds the titles of a question's candidates: its own, else those that were proposed for its round. */
export function titlesOf(candidates: readonly Candidate[], request: RequestValue): TitleOf {
  const { thread, round, requestId } = request;
  return ({ candidateId, source }) => {
    const named = candidates.filter((one) => one.id === candidateId && one.thread === thread);
    const own = named.find(({ by }) => by === requestId);
    if (own || request.candidates.length > 0) return own?.title;
    return named.find((one) => one.round === round && (source === undefined || one.source === source))?.title;
  };
}

/** How a reply names a candidate: by its source too, where the question came without candidates of its own. */
export const namedIn = (
  request: RequestValue,
  { id, source }: Candidate,
): { candidateId: string; source?: string } =>
  source === undefined || request.candidates.length > 0 ? { candidateId: id } : { candidateId: id, source };

const standInRemark = /[\s,·:–-]*[([]?\bstand-in\b[)\]]?:?/i;

/** Takes a source's label apart: `Claude (stand-in)` is Claude, and a stand-in. */
export function readSource(source: string): { source: string; standIn: boolean } {
  const standIn = standInRemark.test(source);
  const name = standIn ? source.replace(standInRemark, "").trim() : source;
  return { source: name || (standIn ? "A stand-in" : "Proposals"), standIn };
}
