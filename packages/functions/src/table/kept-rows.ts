import type { Entry } from "@callboard/core";
import { jsonBytes } from "@callboard/protocol";
import { mayHaveRow, type RowsBeside, type StoredHead } from "./head-row.ts";

/**
 * What a process knows of the rows beside a head, as of one change of them. It only grows: facts about one state of the
 * rows never become wrong.
 */
export class KeptRows {
  readonly #rows = new Map<string, Entry | undefined>();
  readonly #beside: RowsBeside;
  /** All rows with an offset above these are known, for each channel. */
  readonly #above: RowsBeside["highest"];
  #whole = false;
  bytes = 0;

  constructor({ beside }: Pick<StoredHead, "beside">, above = beside.highest) {
    this.#beside = beside;
    this.#above = above;
    this.#whole = beside.count === 0;
  }

  /** Whether all rows are known. */
  get whole(): boolean {
    return this.#whole;
  }

  /** Whether a key's row is known, or known to be missing. */
  knows(key: string): boolean {
    return this.#whole || this.#rows.has(key) || !mayHaveRow(this.#beside, key);
  }

  /** The entry in a key's row, if it is known to have one. */
  get(key: string): Entry | undefined {
    return this.#rows.get(key);
  }

  /** Whether every row with an offset above `after` in a channel is known. */
  knowsAbove(kind: keyof StoredHead["channels"], after: number): boolean {
    return this.#whole || after >= (this.#above[kind] ?? 0);
  }

  /** The entries of all known rows. */
  *entries(): Generator<Entry> {
    for (const entry of this.#rows.values()) if (entry) yield entry;
  }

  record(key: string, entry: Entry | undefined): void {
    if (!this.#rows.has(key)) this.bytes += key.length + (entry ? jsonBytes(entry.value) : 0);
    this.#rows.set(key, entry);
  }

  /** Records that these are all rows. */
  recordAll(entries: Iterable<Entry>): void {
    for (const entry of entries) this.record(entry.key, entry);
    this.#whole = true;
  }

  /** What is known after some rows were written and some deleted; `before` is the head until then. */
  static after(
    before: KeptRows,
    head: Pick<StoredHead, "beside">,
    puts: readonly Entry[],
    deletes: readonly string[],
  ): KeptRows {
    const after = new KeptRows(head, before.#above);
    for (const entry of puts) after.record(entry.key, entry);
    for (const key of deletes) after.record(key, undefined);
    for (const [key, entry] of before.#rows) if (!after.#rows.has(key)) after.record(key, entry);
    after.#whole ||= before.#whole;
    return after;
  }
}

/** The limits of a process's cache. */
const MAX_HEADS = 1000;
const MAX_BYTES = 8 * 1024 * 1024;

/** The rows of the heads that a process used last: while they do not change, it reads only heads. */
export class RowsCache {
  readonly #kept = new Map<string, { readonly of: string; readonly rows: KeptRows }>();

  /** What is known of the rows beside a head in this state; possibly nothing. */
  of(head: StoredHead): KeptRows {
    const kept = this.#kept.get(head.name);
    if (kept?.of === stateOf(head)) return kept.rows;
    return new KeptRows(head);
  }

  /** Stores new knowledge; knowledge about another state of the rows is dropped. */
  keep(head: StoredHead, rows: KeptRows): void {
    this.#kept.delete(head.name);
    if (head.beside.count === 0) return;
    this.#kept.set(head.name, { of: stateOf(head), rows });
    let bytes = 0;
    for (const { rows } of this.#kept.values()) bytes += rows.bytes;
    for (const [oldest, { rows }] of this.#kept) {
      if (this.#kept.size <= MAX_HEADS && bytes <= MAX_BYTES) break;
      this.#kept.delete(oldest);
      bytes -= rows.bytes;
    }
  }
}

const stateOf = ({ birth, beside }: StoredHead): string => `${birth} ${beside.changed}`;
