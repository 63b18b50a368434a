import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { headOf } from "./lmdb-file.ts";

/** A change, as far as its size matters. */
export interface Sized {
  /** Bytes of the key and the value. */
  readonly bytes: number;
}

/** Reserves space in the file of a store that no other process writes to. */
export interface FileRoom {
  /**
   * Reserves space for a transaction; call it while none is under way. Throws the disk's error if there is no space; then
   * nothing has changed.
   */
  makeFor(changes: readonly Sized[]): void;
  /** After the store is closed: releases unused space, if requested. */
  close(gives: boolean): void;
}

const STEP_BYTES = 1024 * 1024;
/** A transaction that needs more is very unlikely. */
const MAX_PAGES = 4_096;
/** Pages for the list of free pages, and a reserve. */
const EXTRA_PAGES = 12;

/**
 * Reserves disk space before LMDB needs it, by writing zeros to the end of its file: LMDB then writes within the file. If
 * LMDB 3.5 itself cannot extend the file, it writes a message past the end of its buffer, and the process is killed, at
 * once or later.
 */
export function fileRoom(path: string, pageBytes: number): FileRoom {
  const file = openSync(path, "r+");
  let bytes = fstatSync(file).size;
  /** Upper bounds of the file's pages and of its tree's depth: recent transactions may have added some. */
  let most = measure();

  function measure() {
    const { newest } = headOf(file, pageBytes);
    const { depth, branchPages, leafPages } = newest?.main ?? emptyTree;
    return { used: (newest?.lastPage ?? 1) + 1, depth, treePages: branchPages + leafPages };
  }

  return {
    makeFor(changes) {
      let pages = pagesOf(changes, pageBytes, most);
      if ((most.used + pages) * pageBytes > bytes) {
        most = measure();
        pages = pagesOf(changes, pageBytes, most);
        const wanted = (most.used + pages) * pageBytes;
        if (wanted > bytes) bytes = grow(file, wanted);
      }
      most.used += pages;
      most.treePages += pages;
    },
    close(gives) {
      const used = measure().used * pageBytes;
      if (gives && fstatSync(file).size > used) ftruncateSync(file, used);
      closeSync(file);
    },
  };
}

/**
 * The most new pages that a transaction can need. LMDB never overwrites. So it needs each page on the path to a change
 * once (as many as the tree is deep), a page for each split, and pages for long values.
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
  return Math.min(touched + split + long + EXTRA_PAGES, MAX_PAGES);
}

const emptyTree = { depth: 0, branchPages: 0, leafPages: 0 };

/** Returns the new length of the file. */
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
    // Leaves the little space there was to others.
    ftruncateSync(file, from);
    throw cause;
  }
}
