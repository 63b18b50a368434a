import type { HistoryEntry } from "@callboard/protocol";
import type { ReadHttp } from "../http/reading.ts";

/** A page of a history, the newest first; `next`: where the page before it starts. */
export interface HistoryRead {
  readonly entries: readonly HistoryEntry[];
  readonly next: string | undefined;
}

/**
 * Reads a page of a subject's history; unknown kinds of entries are left out. Undefined when it cannot be
 * read.
 */
export async function readHistory(
  read: ReadHttp,
  subject: string,
  before: string | undefined,
  signal: AbortSignal,
): Promise<HistoryRead | undefined> {
  const query = new URLSearchParams({ subject, limit: "50", ...(before === undefined ? {} : { before }) });
  const found = await read(`/history?${query}`, signal);
  const { HistoryEntry, HistoryId } = await import("../http/calls.ts");
  const { entries, next } = (found?.body ?? {}) as { readonly entries?: unknown; readonly next?: unknown };
  if (!Array.isArray(entries)) return undefined;
  return {
    entries: entries.flatMap((entry) => HistoryEntry.safeParse(entry).data ?? []),
    next: HistoryId.safeParse(next).data,
  };
}
