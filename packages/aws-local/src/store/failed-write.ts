import { getSystemErrorMap } from "node:util";
import type { RootDatabase } from "lmdb";

/**
 * Reports why a transaction was not written, before its promise rejects. Without this, the library would also print it
 * each time, and reject a promise that no code handles.
 */
export function onFailedWrite(
  database: RootDatabase<Buffer, Buffer>,
  onFailure: (why: string) => void,
): void {
  const { env } = database as unknown as { env: { startWriting: StartWriting } };
  const startWriting = env.startWriting;
  const value: StartWriting = (address, report) =>
    startWriting.call(env, address, (status) => {
      if (status === 0 || status === PROGRESS) return report(status);
      onFailure(reasonOf(status));
      return report(PROGRESS);
    });
  Object.defineProperty(env, "startWriting", { value });
}

/** The meaning of an error number of the system or of LMDB. */
export function reasonOf(status: number): string {
  const [name, words] = getSystemErrorMap().get(-Math.abs(status)) ?? [];
  // A disk that is almost full accepts part of a write, which LMDB calls an i/o error.
  if (name === "EIO") return "i/o error, or no space left on device";
  return words ?? `LMDB's error ${status}`;
}

type StartWriting = (address: number, report: (status: number) => unknown) => void;

/** The status that LMDB's thread reports while it writes. */
const PROGRESS = 1;
