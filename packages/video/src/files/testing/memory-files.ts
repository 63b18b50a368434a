import { Readable } from "node:stream";
import type { FileRef, Files } from "../files.ts";

/** Files in memory, for tests; `bytesRead` counts the bytes that were read. */
export interface MemoryFiles extends Files {
  put(file: FileRef, body: Uint8Array | string): void;
  get(file: FileRef): Buffer | undefined;
  bytesRead(): number;
}

export function memoryFiles(): MemoryFiles {
  const objects = new Map<string, Buffer>();
  let bytesRead = 0;
  const name = ({ bucket, key }: FileRef) => `${bucket}/${key}`;
  return {
    put: (file, body) => void objects.set(name(file), Buffer.from(body as Uint8Array)),
    get: (file) => objects.get(name(file)),
    bytesRead: () => bytesRead,
    size: async (file) => objects.get(name(file))?.length,
    async read(file, start, end) {
      const object = objects.get(name(file));
      if (!object) throw new Error(`no object ${file.key}`);
      const part = object.subarray(start, end);
      bytesRead += part.length;
      return new Uint8Array(part);
    },
    async write(file, body) {
      const chunks: Buffer[] = [];
      if (body instanceof Readable) for await (const chunk of body) chunks.push(chunk as Buffer);
      else chunks.push(Buffer.from(body as Uint8Array));
      objects.set(name(file), Buffer.concat(chunks));
    },
    remove: async (file) => void objects.delete(name(file)),
  };
}
