import { type Candidate, jsonBytes, limits } from "@callboard/protocol";
import type { ShownCandidate } from "./request.ts";

/** Bytes of the candidates in one row of the ledger, as JSON. */
const shownBytes = 8 * 1024;

/** Candidates as the ledger keeps them, in at most 8 KB: where they are more, every title is cut to the same length. */
export function shownCandidates(candidates: readonly Candidate[]): ShownCandidate[] {
  for (let most = limits.titleLength as number; ; most = Math.floor(most / 2)) {
    const shown = candidates.map(({ id, title }) => ({ id, title: cut(title, most) }));
    if (most === 0 || jsonBytes(shown) <= shownBytes) return shown;
  }
}

function cut(title: string, most: number): string {
  const letters = [...title];
  return letters.length <= most ? title : `${letters.slice(0, most).join("")}…`;
}
