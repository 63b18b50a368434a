import { CandidateValue } from "@callboard/protocol";
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

/** The rounds of a thread, the newest first. */
export function candidatesOf(items: Items, thread: string): CandidateRound[] {
  const rounds = new Map<number, Map<string, CandidateValue[]>>();
  for (const { value } of valuesUnder(items, "candidate/", CandidateValue)) {
    if (value.thread !== thread) continue;
    const groups = rounds.get(value.round) ?? new Map<string, CandidateValue[]>();
    rounds.set(value.round, groups);
    const source = value.source ?? "";
    groups.set(source, [...(groups.get(source) ?? []), value]);
  }
  return [...rounds]
    .sort(([a], [b]) => b - a)
    .map(([round, groups]) => ({
      round,
      groups: [...groups].map(([source, candidates]) => ({
        ...readSource(source),
        candidates: candidates.sort((a, b) => a.id.localeCompare(b.id, "en", { numeric: true })),
      })),
    }));
}

/** The thread to show when no question names one: that of the newest proposal. */
export function latestThread(items: Items): string | undefined {
  return valuesUnder(items, "candidate/", CandidateValue).at(-1)?.value.thread;
}

/** The title of a candidate of a thread, whichever round it is from; the newest when ids repeat. */
export function candidateTitle(items: Items, thread: string, id: string | undefined): string | undefined {
  if (id === undefined) return undefined;
  for (const { groups } of candidatesOf(items, thread))
    for (const { candidates } of groups)
      for (const candidate of candidates) if (candidate.id === id) return candidate.title;
  return undefined;
}

const standInRemark = /[\s,·:–-]*[([]?\bstand-in\b[)\]]?:?/i;

/** Takes a source's label apart: `Claude (stand-in)` is Claude, and a stand-in. */
export function readSource(source: string): { source: string; standIn: boolean } {
  const standIn = standInRemark.test(source);
  const name = standIn ? source.replace(standInRemark, "").trim() : source;
  return { source: name || (standIn ? "A stand-in" : "Proposals"), standIn };
}
