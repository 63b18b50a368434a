import { getSystemErrorMap } from "node:util";
import type { RootDatabase } from "lmdb";

/**
 * Tells why a transaction was not written, and that before its promise does. The library would print it too, once for
 * each, and reject a promise that nobody has.
 */
export function onFailedWrite(database: RootDatabase<Buffer, Buffer>, tell: (why: string) => void): void {
  const { env } = database as unknown as { env: { startWriting: StartWriting } };
  const startWriting = env.startWriting;
  const value: StartWriting = (address, report) =>
    startWriting.call(env, address, (status) => {
      if (status === 0 || status === PROGRESS) return report(status);
      tell(reasonOf(status));
      return report(PROGRESS);
    });
  Object.defineProperty(env, "startWriting", { value });
}

/** What a system's error, or one of LMDB, means in words. */
export function reasonOf(status: number): string {
  const [name, words] = getSystemErrorMap().get(-Math.abs(status)) ?? [];
  // A disk that is nearly full takes a part of what it is given, which LMDB calls an i/o error.
  if (name === "EIO") return "i/o error, or no space left on device";
  return words ?? `LMDB's error ${status}`;
}

type StartWriting = (address: number, report: (status: number) => unknown) => void;

/** What LMDB's thread reports while it writes. */
const PROGRESS = 1;
