import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { compressed, type Encoding } from "./encodings.ts";

/** A file as it is sent; other bytes have another `tag`. */
interface SentFile {
  readonly bytes: Buffer;
  readonly tag: string;
}

/** Recently requested files, in memory, compressed. */
export interface KeptFiles {
  /** The current file; undefined when it is too large to be kept. Rejects when it cannot be read. */
  read(path: string, file: FileHandle, encoding: Encoding): Promise<SentFile | undefined>;
  /** The number of bytes in memory. */
  bytes(): number;
}

/** Larger files are sent without being kept, in bytes. */
const MAX_FILE_BYTES = 2 * 1024 ** 2;

interface KeepOptions {
  /** The most bytes in memory; the file requested longest ago is removed first. */
  readonly mostBytes?: number;
  /** Changes a file's bytes before it is sent. Default: no change. */
  readonly edit?: (source: Buffer) => Buffer;
}

/** Keeps files in memory as they are sent. */
export function keepFiles({
  mostBytes = 32 * 1024 ** 2,
  edit = (source) => source,
}: KeepOptions = {}): KeptFiles {
  /** A file that is still being read counts as no bytes. */
  const kept = new Map<string, { readonly sent: Promise<SentFile>; bytes: number }>();

  const bytes = () => [...kept.values()].reduce((all, one) => all + one.bytes, 0);

  function letGo(): void {
    for (const key of kept.keys()) {
      if (bytes() <= mostBytes) return;
      kept.delete(key);
    }
  }

  return {
    bytes,
    async read(path, file, encoding) {
      const { size, mtimeMs, ino } = await file.stat();
      if (size > MAX_FILE_BYTES) return undefined;
      const key = JSON.stringify([path, encoding, size, mtimeMs, ino]);
      const known = kept.get(key);
      if (known) return known.sent;
      const reading = {
        sent: file.readFile().then(async (read) => {
          const source = edit(read);
          const hash = createHash("sha256").update(source).digest("base64url").slice(0, 22);
          return { bytes: await compressed(source, encoding), tag: `"${hash}-${encoding}"` };
        }),
        bytes: 0,
      };
      kept.set(key, reading);
      try {
        const sent = await reading.sent;
        reading.bytes = sent.bytes.length;
        letGo();
        return sent;
      } catch (cause) {
        kept.delete(key);
        throw cause;
      }
    },
  };
}
