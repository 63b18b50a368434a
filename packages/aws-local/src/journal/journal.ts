import { mkdirSync } from "node:fs";
import { type FileHandle, open, readFile, rename, truncate } from "node:fs/promises";
import { dirname } from "node:path";

/** An append-only file of JSON records: what an embedded service must not forget when its process is killed. */
export interface Journal {
  /** Resolves when the record is on the disk. Records appended together share one sync. */
  append(record: unknown): Promise<void>;
  /** Replaces the whole content at once, or leaves it as it was. */
  rewrite(records: readonly unknown[]): Promise<void>;
  close(): Promise<void>;
}

interface Batch {
  readonly lines: string[];
  written: Promise<void>;
}

/**
 * Opens (or makes) a journal and returns what it holds; without a path, one that is forgotten with the process. A last
 * line that a killed process left torn was never acknowledged: it is cut off.
 */
export async function openJournal(
  path: string | undefined,
): Promise<{ journal: Journal; records: unknown[] }> {
  if (path === undefined) return { journal: memoryJournal(), records: [] };
  mkdirSync(dirname(path), { recursive: true });
  const records = await recover(path);
  let file = await open(path, "a");
  let tail: Promise<unknown> = Promise.resolve();
  /** The batch that appends join; none while one is being written. */
  let joinable: Batch | undefined;

  /** Runs `work` after all that was asked for before; its failure is its caller's alone. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = tail.then(work);
    tail = turn.catch(() => {});
    return turn;
  };
  const startBatch = (): Batch => {
    const batch: Batch = { lines: [], written: Promise.resolve() };
    batch.written = inTurn(async () => {
      if (joinable === batch) joinable = undefined;
      await writeDurably(file, batch.lines.join(""));
    });
    joinable = batch;
    return batch;
  };

  const journal: Journal = {
    append(record) {
      const batch = joinable ?? startBatch();
      batch.lines.push(`${JSON.stringify(record)}\n`);
      return batch.written;
    },
    rewrite(next) {
      // What is appended from now on came after these records: it must not join a batch that is written before them.
      joinable = undefined;
      return inTurn(async () => {
        const fresh = await open(`${path}.new`, "w");
        await writeDurably(fresh, next.map((record) => `${JSON.stringify(record)}\n`).join(""));
        await fresh.close();
        await rename(`${path}.new`, path);
        await file.close();
        file = await open(path, "a");
      });
    },
    async close() {
      await tail;
      await file.close();
    },
  };
  return { journal, records };
}

/** A journal that forgets with its process, for tests and throw-away runs. */
export function memoryJournal(): Journal {
  return { append: async () => {}, rewrite: async () => {}, close: async () => {} };
}

async function writeDurably(file: FileHandle, text: string): Promise<void> {
  if (text === "") return;
  await file.appendFile(text);
  await file.datasync();
}

async function recover(path: string): Promise<unknown[]> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return "";
    throw cause;
  });
  const end = text.lastIndexOf("\n") + 1;
  if (end < text.length) await truncate(path, Buffer.byteLength(text.slice(0, end)));
  return text
    .slice(0, end)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as unknown);
}
