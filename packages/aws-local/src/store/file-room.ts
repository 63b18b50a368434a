import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { headOf } from "./lmdb-file.ts";

/** A change as far as it takes up room. */
export interface Sized {
  /** Of the key and the value. */
  readonly bytes: number;
}

/** Room in the file of a store that nobody else writes to. */
export interface FileRoom {
  /** Makes room for a transaction while none is under way. Throws what the disk says when there is none; then nothing has changed. */
  makeFor(changes: readonly Sized[]): void;
  /** Once the store is closed: gives back what was not used, if it is told to. */
  close(gives: boolean): void;
}

const STEP_BYTES = 1024 * 1024;
/** A transaction that may take more is most unlikely to do so. */
const MOST_PAGES = 4_096;
/** Of the list of free pages, and to spare. */
const EXTRA_PAGES = 12;

/**
 * Takes room on the disk before LMDB needs it, by zeros at the end of its file: what it writes then lies within the file.
 * Where it has to grow the file itself and cannot, LMDB 3.5 writes a message past the end of its buffer, and the process
 * is killed for it, now or later.
 */
export function fileRoom(path: string, pageBytes: number): FileRoom {
  const file = openSync(path, "r+");
  let bytes = fstatSync(file).size;
  /** Pages of the file and of its tree, or more: what transactions since the last look may have taken. */
  let most = look();

  function look() {
    const { newest } = headOf(file, pageBytes);
    const { depth, branchPages, leafPages } = newest?.main ?? emptyTree;
    return { used: (newest?.lastPage ?? 1) + 1, depth, treePages: branchPages + leafPages };
  }

  return {
    makeFor(changes) {
      let pages = pagesOf(changes, pageBytes, most);
      if ((most.used + pages) * pageBytes > bytes) {
        most = look();
        pages = pagesOf(changes, pageBytes, most);
        const wanted = (most.used + pages) * pageBytes;
        if (wanted > bytes) bytes = grow(file, wanted);
      }
      most.used += pages;
      most.treePages += pages;
    },
    close(gives) {
      const used = look().used * pageBytes;
      if (gives && fstatSync(file).size > used) ftruncateSync(file, used);
      closeSync(file);
    },
  };
}

/**
 * How many new pages a transaction takes at most: LMDB writes nothing in place, so each page on the way to a change, as
 * many as the tree is deep, but none twice; a page that is split; values that are too long for a page.
 */
export function pagesOf(
  changes: readonly Sized[],
  pageBytes: number,
  { depth, treePages }: { readonly depth: number; readonly treePages: number },
): number {
  const count = changes.length;
  let long = 0;
  let short = 0;
  for (const { bytes } of changes) {
    if (bytes > pageBytes / 4) long += Math.ceil(bytes / pageBytes) + 1;
    else short += bytes;
  }
  const touched = Math.min(count * (depth + 1), treePages);
  const split = Math.min(count, treePages) + Math.ceil(short / (pageBytes / 4));
  return Math.min(touched + split + long + EXTRA_PAGES, MOST_PAGES);
}

const emptyTree = { depth: 0, branchPages: 0, leafPages: 0 };

/** Returns how long the file is then. */
function grow(file: number, wanted: number): number {
  const { size } = fstatSync(file);
  if (size >= wanted) return size;
  const generous = Math.ceil((wanted + size / 16) / STEP_BYTES) * STEP_BYTES;
  try {
    return fill(file, size, generous);
  } catch {
    return fill(file, size, wanted);
  }
}

function fill(file: number, from: number, to: number): number {
  const zeros = Buffer.alloc(Math.min(to - from, STEP_BYTES));
  try {
    for (let at = from; at < to; ) at += writeSync(file, zeros, 0, Math.min(zeros.length, to - at), at);
    return to;
  } catch (cause) {
    // What little there was is for others.
    ftruncateSync(file, from);
    throw cause;
  }
}
