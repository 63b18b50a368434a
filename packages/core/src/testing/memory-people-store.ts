import type { KnownPerson, PeopleStore, PersonRecord } from "../ports/index.ts";
import { structuredCopy as copy } from "./memory-head-store.ts";

/** A people store in memory. */
export function memoryPeopleStore(): PeopleStore & { all(): readonly PersonRecord[] } {
  const rows = new Map<string, PersonRecord>();
  const known = () => [...rows.values()].filter((row): row is KnownPerson => row.state === "known");
  return {
    read: async (key) => copy(rows.get(key)),
    async replace(before, after) {
      if (rows.get(after.key)?.at !== before?.at) return false;
      rows.set(after.key, copy(after));
      return true;
    },
    async withWord(start, limit) {
      return known()
        .flatMap(({ words, person }) => words.map((word) => ({ word, person, words })))
        .filter(({ word }) => word.startsWith(start))
        .sort((a, b) => (a.word < b.word ? -1 : Number(a.word > b.word)))
        .slice(0, limit)
        .map(({ person, words }) => copy({ person, words }));
    },
    all: () => [...rows.values()],
  };
}
