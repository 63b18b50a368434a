import { CustomSource, Input, MP4 } from "mediabunny";
import { FileFault } from "../faults.ts";
import { VIDEO_LIMIT } from "../upload.ts";
import type { FileRef, FilesToRead } from "./files.ts";
import { checkSampleTables } from "./sample-tables.ts";

/**
 * Opens the MP4 for `use`, which reads only the bytes that it needs. Errors of the file become `NotAnMp4`; errors of
 * the bucket stay as they are.
 */
export async function withMp4<T>(
  files: FilesToRead,
  file: FileRef,
  use: (input: Input, sizeBytes: number) => Promise<T>,
): Promise<T> {
  const size = await files.size(file);
  if (size === undefined) throw new FileFault("NothingUploaded", "The video did not arrive");
  if (size > VIDEO_LIMIT) throw new FileFault("TooLarge", "The video is over 5 GB");
  await checkSampleTables((start, end) => files.read(file, start, end), size);
  let unreadable: { cause: unknown } | undefined;
  const source = new CustomSource({
    getSize: () => size,
    async read(start, end) {
      try {
        return await files.read(file, start, end);
      } catch (cause) {
        unreadable = { cause };
        throw cause;
      }
    },
    prefetchProfile: "network",
    handleUnhandledError: (cause) => {
      unreadable = { cause };
    },
  });
  const input = new Input({ formats: [MP4], source });
  try {
    if (size === 0 || !(await input.canRead()))
      throw new FileFault("NotAnMp4", "The file is not an MP4 video");
    return await use(input, size);
  } catch (cause) {
    if (unreadable) throw unreadable.cause;
    if (cause instanceof FileFault) throw cause;
    throw new FileFault("NotAnMp4", "The file is a damaged MP4 video", { cause });
  } finally {
    input.dispose();
  }
}
