import { createHash } from "node:crypto";
import { closeSync, constants, openSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { DirectoryInUse } from "./folder-errors.ts";

/**
 * Locks a folder for this process until the returned function is called or the process ends in any way. `folder` is its
 * real path. Throws `DirectoryInUse`; of several callers at the same time exactly one succeeds.
 */
export function holdFolder(folder: string, platform = process.platform): Promise<() => Promise<void>> {
  const name = createHash("sha256").update(folder).digest("hex").slice(0, 40);
  switch (platform) {
    case "linux":
    case "android":
      // Names of this kind are in no file system: the kernel frees them when their process ends.
      return holdName(folder, `\0aws-local-store-${name}`);
    case "win32":
      return holdName(folder, `\\\\.\\pipe\\aws-local-store-${name}`);
    default:
      return holdFile(folder);
  }
}

async function holdName(folder: string, path: string): Promise<() => Promise<void>> {
  // It is not a service: it reads nothing from connections.
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

/** Where names are files, the socket of a killed process would stay; a BSD lock, as on macOS, does not. */
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
