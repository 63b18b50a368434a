import type { HistoryEntry, RequestId, Subject } from "@callboard/protocol";

type Within<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/**
 * What happened, without its time. A producer's report is stored in a short form; for a question the row names its
 * ledger row. Names and texts of people are only in ledgers, so that they can be erased in one place.
 */
export type Happened =
  | Within<Exclude<HistoryEntry, { what: "question" }>, "id" | "at">
  | { readonly what: "ledger"; readonly requestId: RequestId; readonly n: number };

/** A row of a subject's history. Ids sort by time, and the same event always gets the same id. */
export interface HistoryRow {
  readonly id: string;
  readonly at: number;
  readonly happened: Happened;
}

/** The history of subjects. Rows are kept as long as closed requests. */
export interface HistoryStore {
  /** Adds rows; repeating it changes nothing. */
  add(subject: Subject, rows: readonly HistoryRow[]): Promise<void>;
  /** The last `limit` rows, or those before the row `before`, the newest first. `more`: there are earlier ones. */
  page(
    subject: Subject,
    limit: number,
    before?: string,
  ): Promise<{ readonly rows: readonly HistoryRow[]; readonly more: boolean }>;
}
