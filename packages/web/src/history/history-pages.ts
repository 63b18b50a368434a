import type { HistoryRead } from "./read-history.ts";

/**
 * The most entries that are kept without the reader's request: in a history that stays open, the oldest are
 * dropped.
 */
const MAX_ENTRIES = 500;

/** The newest page, and after it the known entries: all of them where the two meet, else none. */
export function withNewest(known: HistoryRead, page: HistoryRead): HistoryRead {
  const found = new Set(page.entries.map(({ id }) => id));
  const met = known.entries.findLastIndex(({ id }) => found.has(id));
  if (page.next === undefined || met < 0) return page;
  const all = [...page.entries, ...known.entries.slice(met + 1)];
  const entries = all.slice(0, Math.max(MAX_ENTRIES, known.entries.length));
  return { entries, next: entries.length < all.length ? entries.at(-1)!.id : known.next };
}

/** The known entries and the page before them, unless the known ones end elsewhere by now. */
export function withEarlier(known: HistoryRead, page: HistoryRead, before: string): HistoryRead {
  const { entries, next } = known;
  if (next !== before) return { entries, next };
  const seen = new Set(entries.map(({ id }) => id));
  return { entries: [...entries, ...page.entries.filter(({ id }) => !seen.has(id))], next: page.next };
}
