import { createHash } from "node:crypto";
import { closeSync, constants, openSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { DirectoryInUse } from "./folder-errors.ts";

/**
 * Holds a folder for this process alone until the function that it resolves with is called or the process ends, however
 * it ends. `folder` is its real path. Throws `DirectoryInUse`; of several at the same moment exactly one does not.
 */
export function holdFolder(folder: string, platform = process.platform): Promise<() => Promise<void>> {
  const name = createHash("sha256").update(folder).digest("hex").slice(0, 40);
  switch (platform) {
    case "linux":
    case "android":
      // Names of this kind are in no file system: the kernel frees them with their process.
      return holdName(folder, `\0aws-local-store-${name}`);
    case "win32":
      return holdName(folder, `\\\\.\\pipe\\aws-local-store-${name}`);
    default:
      return holdFile(folder);
  }
}

async function holdName(folder: string, path: string): Promise<() => Promise<void>> {
  // It is no service: nobody has anything to say to it.
  const server = createServer((connection) => connection.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) =>
      reject(cause.code === "EADDRINUSE" || cause.code === "EACCES" ? new DirectoryInUse(folder) : cause),
    );
    server.listen({ path, exclusive: true }, resolve);
  });
  server.unref();
  return () => new Promise((closed) => server.close(() => closed()));
}

/** Where names are files, a socket that a killed process left is in the way; a lock of BSD's, as on macOS, is not. */
const EXCLUSIVE_LOCK = 0x20;

async function holdFile(folder: string): Promise<() => Promise<void>> {
  const { O_RDWR, O_CREAT, O_NONBLOCK } = constants;
  try {
    const file = openSync(join(folder, "store.lock"), O_RDWR | O_CREAT | O_NONBLOCK | EXCLUSIVE_LOCK, 0o600);
    return async () => closeSync(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EAGAIN") throw new DirectoryInUse(folder);
    throw cause;
  }
}
