import { createHash, randomUUID } from "node:crypto";
import { chmodSync, createWriteStream, mkdirSync } from "node:fs";
import { type FileHandle, open, readdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

/** The stored bytes of an object; they never change after they are written. */
export interface Content {
  /** The name of their file. */
  readonly file: string;
  readonly size: number;
  /** The hex MD5 of the bytes, without quotes. */
  readonly etag: string;
}

/** The bytes of an object are missing, or differ from those that were written. */
export class DamagedContent extends Error {
  override readonly name = "DamagedContent";
}

/** Bytes in files with random names, in one folder; only this machine's user may read them. */
export interface Contents {
  /**
   * Writes bytes to the disk and passes them to `keep`; unless that returns that they are kept, the file is deleted.
   * Rejects with errors of `bytes`, the disk or `keep`.
   */
  write<T extends { readonly isKept: boolean }>(
    bytes: AsyncIterable<Uint8Array>,
    keep: (content: Content) => Promise<T>,
  ): Promise<T>;
  /** The caller closes the file. Rejects with `DamagedContent` when its size is wrong. */
  open(content: Content): Promise<FileHandle>;
  /** Ignores a file that it cannot delete: no record names it, and such files are searched for later. */
  remove(file: string): Promise<void>;
  /** All files except those that are being written. */
  files(): Promise<string[]>;
}

/** Size of the pieces in which files are read: a smaller object is checked before any of it is sent. */
export const PIECE_BYTES = 256 * 1024;

export function openContents(directory: string): Contents {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  const beingWritten = new Set<string>();
  const pathOf = (file: string) => join(directory, file);

  const contents: Contents = {
    async write(bytes, keep) {
      const file = randomUUID();
      beingWritten.add(file);
      let isKept = false;
      try {
        const written = await writeDurably(pathOf(file), bytes);
        await syncFolder(directory);
        const outcome = await keep({ file, ...written });
        isKept = outcome.isKept;
        return outcome;
      } finally {
        if (!isKept) await contents.remove(file);
        beingWritten.delete(file);
      }
    },
    async open({ file, size }) {
      const opened = await open(pathOf(file)).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === "ENOENT") throw new DamagedContent("its file is missing", { cause });
        throw cause;
      });
      try {
        const found = (await opened.stat()).size;
        if (found !== size) throw new DamagedContent(`its file has ${found} bytes instead of ${size}`);
        return opened;
      } catch (cause) {
        await opened.close();
        throw cause;
      }
    },
    async remove(file) {
      await unlink(pathOf(file)).catch(() => {});
    },
    async files() {
      const all = await readdir(directory);
      return all.filter((file) => !beingWritten.has(file));
    },
  };
  return contents;
}

/** The content of a whole file; if it is damaged, `DamagedContent` is thrown instead of the last piece. */
export async function* verified(pieces: AsyncIterable<Uint8Array>, etag: string): AsyncGenerator<Uint8Array> {
  const md5 = createHash("md5");
  let last: Uint8Array | undefined;
  for await (const piece of pieces) {
    if (last) yield last;
    md5.update(piece);
    last = piece;
  }
  if (md5.digest("hex") !== etag) throw new DamagedContent("its file is not what was written");
  if (last) yield last;
}

async function writeDurably(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ size: number; etag: string }> {
  const md5 = createHash("md5");
  let size = 0;
  async function* measured() {
    for await (const piece of bytes) {
      md5.update(piece);
      size += piece.length;
      yield piece;
    }
  }
  await pipeline(measured, createWriteStream(path, { flags: "wx", mode: 0o600, flush: true }));
  return { size, etag: md5.digest("hex") };
}

/**
 * After a power loss a file can be found only if its folder was synced; Windows does this itself, and cannot open
 * folders.
 */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
