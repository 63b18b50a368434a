import { FileFault } from "../faults.ts";

/** Reads the bytes from `start` up to, but not including, `end`. */
type Read = (start: number, end: number) => Promise<Uint8Array>;

const MAX_INDEX_SIZE = 64 * 1024 * 1024;
const MAX_TOP_BOXES = 10_000;
const MAX_DEPTH = 8;
/** A day of 48 kHz sound has four million. */
const MAX_SAMPLES = 5_000_000;
/** To find one sample, a reader checks each sample of its chunk; this is the most checks for a whole track. */
const MAX_CHECKS = 1e10;
const CONTAINERS = new Set(["trak", "mdia", "minf", "stbl"]);
const DAMAGED = "The file is a damaged MP4 video";

/**
 * Refuses an MP4 whose index promises more samples than it lists: a reader that trusts it would count for ever or run
 * out of memory. Box layouts: ISO/IEC 14496-12, 8.6.1.2 `stts`, 8.6.1.3 `ctts`, 8.7.3.2 `stsz`, 8.7.4 `stsc`.
 */
export async function checkSampleTables(read: Read, size: number): Promise<void> {
  let at = 0;
  for (let n = 0; n < MAX_TOP_BOXES && at + 8 <= size; n++) {
    const head = Buffer.from(await read(at, Math.min(size, at + 16)));
    const { type, headerBytes, bytes } = boxAt(head, 0, size - at);
    if (type === "moov") {
      if (bytes > MAX_INDEX_SIZE) throw new FileFault("TooLarge", "The index of the video is over 64 MB");
      return checkBoxes(Buffer.from(await read(at + headerBytes, Math.min(size, at + bytes))));
    }
    at += bytes;
  }
}

function checkBoxes(boxes: Buffer, depth = 0): void {
  const table = new Map<string, Buffer>();
  for (let at = 0; at + 8 <= boxes.length; ) {
    const { type, headerBytes, bytes } = boxAt(boxes, at, boxes.length - at);
    const content = boxes.subarray(at + headerBytes, at + bytes);
    if (CONTAINERS.has(type) && depth < MAX_DEPTH) checkBoxes(content, depth + 1);
    else table.set(type, content);
    at += bytes;
  }
  const sizes = table.get("stsz") ?? table.get("stz2");
  if (sizes) checkTable(sizes.length < 12 ? 0 : sizes.readUInt32BE(8), table);
}

function checkTable(samples: number, table: ReadonlyMap<string, Buffer>): void {
  const sizes = table.get("stsz");
  // Individual sizes (0 here) are listed one by one, four bytes each.
  if (sizes && sizes.length >= 12 && sizes.readUInt32BE(4) === 0 && 12 + samples * 4 > sizes.length)
    throw new FileFault("NotAnMp4", DAMAGED);
  const timed = Math.max(sum(column(table.get("stts"), 8, 0)), sum(column(table.get("ctts"), 8, 0)));
  let largestChunk = 0;
  for (const count of column(table.get("stsc"), 12, 4)) largestChunk = Math.max(largestChunk, count);
  if (
    samples > MAX_SAMPLES ||
    timed > samples ||
    largestChunk > samples ||
    largestChunk * samples > MAX_CHECKS
  )
    throw new FileFault("NotAnMp4", DAMAGED);
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

/** One number of each entry of a table that begins with a count. */
function* column(table: Buffer | undefined, entryBytes: number, offset: number): Generator<number> {
  if (!table || table.length < 8) return;
  const entries = Math.min(table.readUInt32BE(4), Math.floor((table.length - 8) / entryBytes));
  for (let n = 0; n < entries; n++) yield table.readUInt32BE(8 + n * entryBytes + offset);
}

/** A box of at most `most` bytes; one with a size below that of its own header is read to the end. */
function boxAt(from: Buffer, at: number, most: number): { type: string; headerBytes: number; bytes: number } {
  const type = from.toString("latin1", at + 4, at + 8);
  const short = from.readUInt32BE(at);
  const long = short === 1 && at + 16 <= from.length;
  const headerBytes = long ? 16 : 8;
  const stated = long ? Number(from.readBigUInt64BE(at + 8)) : short;
  return { type, headerBytes, bytes: stated < headerBytes ? most : Math.min(stated, most) };
}
