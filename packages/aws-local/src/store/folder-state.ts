import { closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { DamagedStore, NewerFolder } from "./folder-errors.ts";
import { DamagedFile, type LmdbFile, readLmdbFile, type Snapshot, walkLmdbFile } from "./lmdb-file.ts";
import { PAGE_BYTES, STORE_FILE } from "./lmdb-store.ts";
import { checkRecord } from "./record.ts";
import type { Key } from "./store.ts";

/** Version of the format; a version that finds a newer one leaves the folder unchanged. */
export const FORMAT = 1;

/** Where the store itself contains its format. */
export const FORMAT_KEY: Key = ["store", "format"];

/** The file next to the store which shows whether the store's file has changed meanwhile. */
export const STATE_FILE = "store.json";

/** The store's file when it was last opened or closed. */
interface FolderState {
  readonly format: number;
  /** Whether it was closed, without damage found. */
  readonly clean: boolean;
  /** Up to the end of its last page. */
  readonly bytes: number;
  /** The number of the newest transaction. */
  readonly commit: number;
  readonly modifiedMs: number;
}

const nothingYet: FolderState = { format: FORMAT, clean: false, bytes: 0, commit: 0, modifiedMs: 0 };

/** Atomically writes the current state of a folder's file; `isNew` before there is a file. */
export function writeState(folder: string, clean: boolean, isNew = false): void {
  const state = isNew ? nothingYet : { ...stateOf(folder), clean };
  const body = JSON.stringify(state);
  const path = join(folder, STATE_FILE);
  const file = openSync(`${path}.new`, "w", 0o600);
  try {
    writeFileSync(file, `${JSON.stringify({ ...state, check: crc32(body) })}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
}

function stateOf(folder: string): FolderState {
  const path = join(folder, STORE_FILE);
  const { size, mtimeMs } = statSync(path);
  const { newest } = readLmdbFile(path, PAGE_BYTES);
  // Space beyond the last page was never used, and is released.
  const used = newest ? Math.min(size, (newest.lastPage + 1) * PAGE_BYTES) : size;
  return { ...nothingYet, bytes: used, commit: newest?.transaction ?? 0, modifiedMs: mtimeMs };
}

/** Undefined if it is missing, or cannot be trusted. Throws `NewerFolder`. */
function readState(folder: string): FolderState | undefined {
  let kept: FolderState & { check: number };
  try {
    kept = JSON.parse(readFileSync(join(folder, STATE_FILE), "utf8"));
  } catch (cause) {
    if (cause instanceof SyntaxError || (cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw cause;
  }
  const { check, ...state } = kept;
  if (Number.isInteger(state.format) && state.format > FORMAT)
    throw new NewerFolder(folder, state.format, FORMAT);
  return crc32(JSON.stringify(state)) === check ? state : undefined;
}

/** A record whose bytes differ from those that were written. */
export interface Damage {
  readonly key: Buffer;
  readonly of: "damaged_key" | "damaged_value";
}

/** The result of checking a folder's store. */
export type Found =
  | { readonly is: "new" }
  /** It ended cleanly, and has not been changed since. */
  | { readonly is: "untouched" }
  | { readonly is: "walked"; readonly records: number; readonly damage: readonly Damage[] };

const MAX_DAMAGE = 1_000;

/**
 * Checks the store of a folder without opening it, completely unless it ended cleanly (or if `always`). Throws
 * `DamagedStore` and `NewerFolder`.
 */
export function examine(folder: string, always = false): Found {
  const state = readState(folder);
  const damaged = (why: string) => new DamagedStore(folder, why);
  let file: LmdbFile;
  try {
    const bytes = statSync(join(folder, STORE_FILE)).size;
    if (bytes === 0) {
      if (state?.bytes === 0) return { is: "new" };
      throw damaged(`${STORE_FILE} is empty`);
    }
    if (state && bytes < state.bytes)
      throw damaged(`${STORE_FILE} has ${bytes} bytes of the ${state.bytes} that it had`);
    file = readLmdbFile(join(folder, STORE_FILE), PAGE_BYTES);
  } catch (cause) {
    if (cause instanceof DamagedFile) throw damaged(`of ${STORE_FILE} ${cause.message}`);
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
    if (!state || state.bytes === 0) return { is: "new" };
    throw damaged(`${STORE_FILE} is gone`);
  }
  const commit = file.newest?.transaction ?? 0;
  if (state && commit < state.commit)
    throw damaged(`${STORE_FILE} is older than ${STATE_FILE} next to it says`);
  if (!always && state?.clean && isUntouched(folder, state, commit)) return { is: "untouched" };
  return walk(folder, file.newest);
}

function isUntouched(folder: string, state: FolderState, commit: number): boolean {
  const { size, mtimeMs } = statSync(join(folder, STORE_FILE));
  return size === state.bytes && mtimeMs === state.modifiedMs && commit === state.commit;
}

function walk(folder: string, newest: Snapshot | undefined): Found {
  const damage: Damage[] = [];
  let records = 0;
  if (!newest) return { is: "walked", records, damage };
  try {
    walkLmdbFile(join(folder, STORE_FILE), PAGE_BYTES, (key, value) => {
      records++;
      const of = checkRecord(key, value);
      if (of !== "whole" && damage.length < MAX_DAMAGE) damage.push({ key: Buffer.from(key), of });
    });
  } catch (cause) {
    if (cause instanceof DamagedFile) throw new DamagedStore(folder, `of ${STORE_FILE} ${cause.message}`);
    throw cause;
  }
  if (damage.length === MAX_DAMAGE)
    throw new DamagedStore(folder, `${MAX_DAMAGE} or more records are not as they were written`);
  return { is: "walked", records, damage };
}
