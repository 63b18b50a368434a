import { FileFault } from "../faults.ts";
import type { FileRef, FilesToRead } from "./files.ts";

/** Bytes of a captions file, at most. */
export const CAPTIONS_LIMIT = 5 * 1024 * 1024;

/** Reads an object whole as UTF-8; `what` names it in the fault of one that is missing or over `limit` bytes. */
export async function readText(
  files: FilesToRead,
  file: FileRef,
  limit: number,
  what: string,
): Promise<string> {
  const size = await files.size(file);
  if (size === undefined) throw new FileFault("NothingUploaded", `${what} did not arrive`);
  if (size > limit) throw new FileFault("TooLarge", `${what} is over ${Math.floor(limit / 1024 / 1024)} MB`);
  return Buffer.from(await files.read(file, 0, size)).toString("utf8");
}
