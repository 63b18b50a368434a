import type { HistoryEntry, RequestId, Subject } from "@callboard/protocol";

type Within<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/**
 * What happened, without when: of what producers say a short form, and of a question where its ledger says it. People's
 * names and words stand in ledgers alone, so that they can be taken out of one place.
 */
export type Happened =
  | Within<Exclude<HistoryEntry, { what: "question" }>, "id" | "at">
  | { readonly what: "ledger"; readonly requestId: RequestId; readonly n: number };

/** A row of a subject's history. Ids are in the order of time, and the same for the same thing that happened. */
export interface HistoryRow {
  readonly id: string;
  readonly at: number;
  readonly happened: Happened;
}

/** What happened to subjects, each row for as long as closed requests are kept. */
export interface HistoryStore {
  /** Adds rows. The same again changes nothing. */
  add(subject: Subject, rows: readonly HistoryRow[]): Promise<void>;
  /** The last `limit` rows, or those before the row that `before` names, the newest first; `more`: there are earlier ones. */
  page(
    subject: Subject,
    limit: number,
    before?: string,
  ): Promise<{ readonly rows: readonly HistoryRow[]; readonly more: boolean }>;
}
