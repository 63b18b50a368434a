import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/**
 * Reads an LMDB file without LMDB, which has no checksums and maps the file, so that damage kills its reader. The format
 * is data version 2 for 64 bits, little-endian, as
 * https://github.com/kriszyp/lmdb-js/blob/master/dependencies/lmdb/libraries/liblmdb/mdb.c writes it.
 */
export interface LmdbFile {
  readonly bytes: number;
  /** The state after the newest transaction; undefined if there was none yet. */
  readonly newest: Snapshot | undefined;
}

/** The state after a transaction. */
export interface Snapshot {
  readonly transaction: number;
  readonly lastPage: number;
  readonly free: Tree;
  readonly main: Tree;
}

interface Tree {
  readonly depth: number;
  readonly branchPages: number;
  readonly leafPages: number;
  readonly overflowPages: number;
  readonly entries: number;
  /** -1 when it is empty. */
  readonly root: number;
}

/** The file was not written by LMDB, or is damaged; the message says where. */
export class DamagedFile extends Error {
  override readonly name = "DamagedFile";
}

const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const META_BYTES = 168;
const HEADER_BYTES = 24;
const NODE_BYTES = 8;
const BRANCH = 0x01;
const LEAF = 0x02;
const OVERFLOW = 0x04;
const META = 0x08;
/** A node's flag: its value is on pages of its own. */
const BIG = 0x01;

/** Reads the file's header. Throws `DamagedFile`. */
export function readLmdbFile(path: string, pageBytes: number): LmdbFile {
  return withFile(path, (file) => headOf(file, pageBytes));
}

/** The same for an open file. */
export function headOf(file: number, pageBytes: number): LmdbFile {
  const bytes = fstatSync(file).size;
  const metas = [0, 1].map((page) => {
    const meta = Buffer.alloc(HEADER_BYTES + META_BYTES);
    if (readSync(file, meta, 0, meta.length, page * pageBytes) < meta.length)
      throw new DamagedFile("it has no beginning");
    return metaOf(meta, page, pageBytes);
  });
  const [first, second] = metas as [Snapshot, Snapshot];
  const newest = first.transaction > second.transaction ? first : second;
  const older = newest === first ? second : first;
  // Transactions overwrite two pages alternately; a copy has only one transaction.
  const isFirst = older.transaction === 0 && older.main.root === -1;
  if (newest.transaction !== older.transaction + 1 && !isFirst)
    throw new DamagedFile("its first pages do not belong together");
  if (newest.transaction === 0) return { bytes, newest: undefined };
  return { bytes, newest };
}

function metaOf(meta: Buffer, page: number, pageBytes: number): Snapshot {
  const at = HEADER_BYTES;
  if (!(meta.readUInt16LE(18) & META) || meta.readUInt32LE(at) !== MAGIC)
    throw new DamagedFile("it is not a store");
  if ((meta.readUInt32LE(at + 4) & 0xffff) !== DATA_VERSION || meta.readUInt32LE(at + 24) !== pageBytes)
    throw new DamagedFile("it has another form");
  const transaction = numberAt(meta, at + 128);
  if (transaction !== 0 && transaction % 2 !== page)
    throw new DamagedFile("its first pages do not belong together");
  return {
    transaction,
    lastPage: numberAt(meta, at + 120),
    free: treeOf(meta, at + 24),
    main: treeOf(meta, at + 72),
  };
}

function treeOf(meta: Buffer, at: number): Tree {
  return {
    depth: meta.readUInt16LE(at + 6),
    branchPages: numberAt(meta, at + 8),
    leafPages: numberAt(meta, at + 16),
    overflowPages: numberAt(meta, at + 24),
    entries: numberAt(meta, at + 32),
    root: numberAt(meta, at + 40),
  };
}

/** A record in the file; both parts are valid only during the call. */
export type EachRecord = (key: Buffer, value: Buffer) => void;

/**
 * Walks through the state after the newest transaction. It checks that each page is what it should be, belongs to one
 * place only and is not free. Keys must be in order, and the number of records right. Throws `DamagedFile`.
 */
export function walkLmdbFile(path: string, pageBytes: number, each: EachRecord): void {
  withFile(path, (file) => {
    const { bytes, newest } = headOf(file, pageBytes);
    if (!newest) return;
    const used = new Pages(file, pageBytes, newest, bytes);
    walkTree(used, newest.main, Buffer.compare, each);
    const free: Buffer[] = [];
    walkTree(used, newest.free, compareNumbers, (key, value) => {
      if (key.length !== 8 || value.length < 8 || value.length % 8 !== 0)
        throw new DamagedFile("its list of free pages is damaged");
      free.push(Buffer.from(value));
    });
    for (const list of free) used.checkFree(list);
  });
}

/** The pages of a file: each can be taken once. */
class Pages {
  readonly #file: number;
  readonly #pageBytes: number;
  readonly #newest: Snapshot;
  readonly #taken: Uint8Array;

  constructor(file: number, pageBytes: number, newest: Snapshot, bytes: number) {
    // Free pages at the end may be missing from the file.
    if (newest.lastPage < 1 || newest.lastPage > Math.max(bytes / pageBytes, 1) * 1_024)
      throw new DamagedFile("its first pages are damaged");
    this.#file = file;
    this.#pageBytes = pageBytes;
    this.#newest = newest;
    this.#taken = new Uint8Array(newest.lastPage + 1);
  }

  /** A branch or a leaf. */
  take(number: number, kind: typeof BRANCH | typeof LEAF): Buffer {
    const page = this.#read(number, 1);
    if (page.readUInt16LE(18) !== kind) throw damagedPage(number);
    const lower = page.readUInt16LE(20);
    const upper = page.readUInt16LE(22);
    if (lower % 2 !== 0 || lower > upper || upper > this.#pageBytes - HEADER_BYTES) throw damagedPage(number);
    return page;
  }

  /** A value with pages of its own. */
  takeValue(reference: Buffer, length: number): Buffer {
    const number = numberAt(reference, 0);
    const count = numberAt(reference, 16);
    // A value that replaces a longer one within its transaction, as lists of free pages do, keeps all its pages.
    if (!Number.isInteger(count) || count < Math.ceil((HEADER_BYTES + length) / this.#pageBytes))
      throw damagedPage(number);
    const pages = this.#read(number, count);
    if (pages.readUInt16LE(18) !== OVERFLOW || pages.readUInt32LE(20) !== count) throw damagedPage(number);
    return pages.subarray(HEADER_BYTES, HEADER_BYTES + length);
  }

  #read(number: number, count: number): Buffer {
    if (number < 2 || number + count - 1 > this.#newest.lastPage) throw damagedPage(number);
    for (let at = number; at < number + count; at++) {
      if (this.#taken[at]) throw damagedPage(at);
      this.#taken[at] = 1;
    }
    const pages = Buffer.allocUnsafe(count * this.#pageBytes);
    const found = readSync(this.#file, pages, 0, pages.length, number * this.#pageBytes);
    if (found < pages.length || numberAt(pages, 0) !== number) throw damagedPage(number);
    // LMDB changes the pages of a later transaction in place.
    if (numberAt(pages, 8) > this.#newest.transaction) throw damagedPage(number);
    return pages;
  }

  /**
   * A list of free pages: the number of entries, then a page each; a negative entry is a number of pages from the next
   * one on.
   */
  checkFree(list: Buffer): void {
    const length = numberAt(list, 0);
    if (length > list.length / 8 - 1) throw new DamagedFile("its list of free pages is damaged");
    let count = 1;
    for (let entry = 1; entry <= length; entry++) {
      const page = Number(list.readBigInt64LE(entry * 8));
      if (page < 0) count = -page;
      else if (page > 0) {
        if (page < 2 || page + count - 1 > this.#newest.lastPage)
          throw new DamagedFile("its list of free pages is damaged");
        for (let at = page; at < page + count; at++)
          if (this.#taken[at]) throw new DamagedFile(`page ${at} is used and free`);
        count = 1;
      }
    }
  }
}

type Compare = (one: Buffer, other: Buffer) => number;

function walkTree(pages: Pages, tree: Tree, compare: Compare, each: EachRecord): void {
  let [branchPages, leafPages, overflowPages, entries] = [0, 0, 0, 0];
  /** Keys from the first to before the second; either may be open. */
  const walk = (number: number, depth: number, low: Buffer | undefined, high: Buffer | undefined): void => {
    const isLeaf = depth === tree.depth;
    const page = pages.take(number, isLeaf ? LEAF : BRANCH);
    const nodes = nodesOf(page, number, isLeaf);
    if (isLeaf) leafPages++;
    else branchPages++;
    let before = low;
    let isFirst = true;
    for (let index = 0; index < nodes.length; index++) {
      const { key, flags, size, dataAt } = nodes[index]!;
      // The first key of a branch stands for all lower keys.
      const isOpen = !isLeaf && index === 0;
      if (!isOpen) {
        if (before) {
          const order = compare(before, key);
          if (order > 0 || (order === 0 && !isFirst)) throw damagedPage(number);
        }
        if (high && compare(key, high) >= 0) throw damagedPage(number);
        before = key;
        isFirst = false;
      }
      if (!isLeaf) {
        const child = size + flags * 2 ** 32;
        walk(child, depth + 1, isOpen ? low : key, nodes[index + 1]?.key ?? high);
      } else if (flags === 0) {
        entries++;
        each(key, page.subarray(dataAt, dataAt + size));
      } else if (flags === BIG) {
        const value = pages.takeValue(page.subarray(dataAt, dataAt + 24), size);
        entries++;
        overflowPages += numberAt(page, dataAt + 16);
        each(key, value);
      } else throw damagedPage(number);
    }
  };
  if (tree.depth > 64) throw new DamagedFile("its first pages are damaged");
  if (tree.root !== -1) walk(tree.root, 1, undefined, undefined);
  if (
    entries !== tree.entries ||
    branchPages !== tree.branchPages ||
    leafPages !== tree.leafPages ||
    overflowPages !== tree.overflowPages
  )
    throw new DamagedFile("it does not have as many records as it counts");
}

interface Node {
  readonly key: Buffer;
  readonly flags: number;
  /** The size of the value; in a branch, the lower part of the page's number. */
  readonly size: number;
  readonly dataAt: number;
}

function nodesOf(page: Buffer, number: number, isLeaf: boolean): Node[] {
  const count = page.readUInt16LE(20) / 2;
  if (count === 0) throw damagedPage(number);
  const nodes: Node[] = [];
  for (let index = 0; index < count; index++) {
    const at = page.readUInt16LE(HEADER_BYTES + index * 2) + HEADER_BYTES;
    if (at + NODE_BYTES > page.length) throw damagedPage(number);
    const size = page.readUInt32LE(at);
    const flags = page.readUInt16LE(at + 4);
    const dataAt = at + NODE_BYTES + page.readUInt16LE(at + 6);
    const end = isLeaf ? dataAt + (flags & BIG ? 24 : size) : dataAt;
    if (end > page.length) throw damagedPage(number);
    nodes.push({ key: page.subarray(at + NODE_BYTES, dataAt), flags, size, dataAt });
  }
  return nodes;
}

const damagedPage = (number: number) => new DamagedFile(`page ${number} is damaged`);

const compareNumbers: Compare = (one, other) =>
  one.length === 8 && other.length === 8 ? Math.sign(numberAt(one, 0) - numberAt(other, 0)) : 1;

/** A number of 8 bytes; one that no file could have is infinite, except that -1 is itself. */
function numberAt(bytes: Buffer, at: number): number {
  const high = bytes.readUInt32LE(at + 4);
  const low = bytes.readUInt32LE(at);
  if (high === 0xffffffff && low === 0xffffffff) return -1;
  return high > 0xffff ? Number.POSITIVE_INFINITY : high * 2 ** 32 + low;
}

function withFile<T>(path: string, read: (file: number) => T): T {
  const file = openSync(path, "r");
  try {
    return read(file);
  } finally {
    closeSync(file);
  }
}
