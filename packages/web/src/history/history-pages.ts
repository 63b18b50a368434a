import type { HistoryRead } from "./read-history.ts";

/** So many entries are kept where nobody asks for more: the oldest of a history that is left open make room. */
const MOST_ENTRIES = 500;

/** The newest page, and before it what is known: all of it where the two meet, else nothing. */
export function withNewest(known: HistoryRead, page: HistoryRead): HistoryRead {
  const found = new Set(page.entries.map(({ id }) => id));
  const met = known.entries.findLastIndex(({ id }) => found.has(id));
  if (page.next === undefined || met < 0) return page;
  const all = [...page.entries, ...known.entries.slice(met + 1)];
  const entries = all.slice(0, Math.max(MOST_ENTRIES, known.entries.length));
  return { entries, next: entries.length < all.length ? entries.at(-1)!.id : known.next };
}

/** What is known, and the page before it, unless what is known has come to end elsewhere meanwhile. */
export function withEarlier(known: HistoryRead, page: HistoryRead, before: string): HistoryRead {
  const { entries, next } = known;
  if (next !== before) return { entries, next };
  const seen = new Set(entries.map(({ id }) => id));
  return { entries: [...entries, ...page.entries.filter(({ id }) => !seen.has(id))], next: page.next };
}
