import { type CandidateValue, isRequestId, type RequestValue } from "@callboard/protocol";
import { type Items, readOnce, readUnder } from "./items.ts";
import { candidate as shape } from "./values.ts";

/** A proposal. */
export interface Candidate extends CandidateValue {
  /** Unique among the proposals of its thread and round. */
  readonly key: string;
  /** Not all of it could be read. */
  readonly partial: boolean;
}

/** The proposals of one source in one round. */
export interface CandidateGroup {
  /** Who proposes, without the “(stand-in)” remark; empty when unknown. */
  readonly source: string;
  readonly standIn: boolean;
  readonly candidates: readonly Candidate[];
}

/**
 * One round of a thread; `groups` by the order in which the sources came, or in which the question lists
 * them.
 */
export interface CandidateRound {
  readonly round: number;
  readonly groups: readonly CandidateGroup[];
}

/** The part of a question that is needed to find its candidates. */
type Asked = Pick<RequestValue, "requestId" | "thread" | "round" | "candidates">;

/** All proposals of a subject in the order in which they came, and the keys of values that cannot be read. */
export const candidatesIn = readOnce((items: Items): { candidates: Candidate[]; unread: string[] } => {
  const candidates: Candidate[] = [];
  const unread: string[] = [];
  for (const { item, fields, whole } of readUnder(items, "candidate/", shape)) {
    const one = whole ? keyed(fields as CandidateValue, false) : partialCandidate(item.key, fields);
    if (one) candidates.push(one);
    else unread.push(item.key);
  }
  return { candidates, unread };
});

const keyed = (value: CandidateValue, partial: boolean): Candidate => ({
  ...value,
  key: `${value.by}/${value.id}`,
  partial,
});

/** A proposal that does not fully fit its schema, with its key and the fields that fit. */
function partialCandidate(key: string, fields: Partial<CandidateValue>): Candidate | undefined {
  const [, thread, round, by, id, ...rest] = key.split("/");
  if (id === undefined || id === "" || rest.length > 0 || !Number.isSafeInteger(Number(round)))
    return undefined;
  const names = { thread: thread!, round: Number(round), by: by!, id };
  return keyed({ title: id, ...fields, ...names }, true);
}

/**
 * The rounds of a thread, the newest first. A question shows its own proposals, under the source that made
 * the same ones before. A question without any shows what its round's sources proposed.
 */
export function candidatesOf(
  candidates: readonly Candidate[],
  thread: string,
  request?: Asked,
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

/** The proposals that a reply to a question may name: those of its round, by source. */
export const offeredIn = (rounds: readonly CandidateRound[], { round }: Asked): Candidate[] =>
  rounds
    .filter((one) => one.round === round)
    .flatMap(({ groups }) => groups.flatMap((one) => one.candidates));

const isQuestions = ({ by }: Candidate): boolean => isRequestId(by);
const isSame = (a: Candidate, b: Candidate): boolean => a.id === b.id && a.title === b.title;

function offeredBy(request: Asked, all: readonly Candidate[]): Candidate[] {
  const proposed = all.filter((one) => !isQuestions(one));
  if (request.candidates.length === 0) return proposed;
  // In the question's order, as in mails and webhooks.
  const placeOf = ({ id }: Candidate): number => request.candidates.indexOf(id);
  return all
    .filter(({ by }) => by === request.requestId)
    .sort((a, b) => placeOf(a) - placeOf(b))
    .map((own) => ({ ...proposed.find((one) => isSame(one, own)), ...own }));
}

/** A proposal that a question repeats is shown once. */
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
    candidates: all.some(isQuestions) ? all : all.sort(byId),
  }));
}

/** Several events of one source may arrive in any order. */
const byId = (a: Candidate, b: Candidate): number => a.id.localeCompare(b.id, "en", { numeric: true });

/** A further field of a candidate that came with a question: its source or its language. */
export function saidIn({ more }: Candidate, name: "source" | "lang"): string | undefined {
  const said = more !== undefined && Object.hasOwn(more, name) ? more[name] : undefined;
  return typeof said === "string" ? said : undefined;
}

/** The thread to show when no question names one: that of the newest proposal. */
export const latestThread = (candidates: readonly Candidate[]): string | undefined =>
  candidates.at(-1)?.thread;

/** Finds the title of the candidate in a reply. */
export type TitleOf = (reply: {
  readonly candidateId?: string | undefined;
  readonly source?: string | undefined;
}) => string | undefined;

/** Finds the titles of a question's candidates: its own, else those proposed for its round. */
export function titlesOf(candidates: readonly Candidate[], request: Asked): TitleOf {
  const { thread, round, requestId } = request;
  return ({ candidateId, source }) => {
    const named = candidates.filter((one) => one.id === candidateId && one.thread === thread);
    const own = named.find(({ by }) => by === requestId);
    if (own || request.candidates.length > 0) return own?.title;
    return named.find((one) => one.round === round && (source === undefined || one.source === source))?.title;
  };
}

/** How a reply names a candidate: with its source too, if the question has no candidates of its own. */
export const namedIn = (
  request: Pick<RequestValue, "candidates">,
  { id, source }: Pick<Candidate, "id" | "source">,
): { candidateId: string; source?: string } =>
  source === undefined || request.candidates.length > 0 ? { candidateId: id } : { candidateId: id, source };

const standInRemark = /[\s,·:–-]*[([]?\bstand-in\b[)\]]?:?/i;

/** Splits a source's label: `Claude (stand-in)` is Claude, and a stand-in. */
export function readSource(source: string): { source: string; standIn: boolean } {
  const standIn = standInRemark.test(source);
  return { source: standIn ? source.replace(standInRemark, "").trim() : source, standIn };
}
