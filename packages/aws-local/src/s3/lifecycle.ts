import type { Clock } from "../clock/clock.ts";
import type { ObjectRecord, ObjectStore } from "./object-store.ts";

/** Which objects are deleted at a certain age, as in a bucket's life cycle on AWS. */
export interface Lifecycle {
  /** The prefix of their keys, in every bucket. */
  readonly prefixes: readonly string[];
  /** Counted from their last write. */
  readonly expireAfterMs: number;
}

const MIN_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 3_600_000;

/** Deletes old objects: at once, and from time to time; never a younger one. */
export function startLifecycle(
  objects: ObjectStore,
  { prefixes, expireAfterMs }: Lifecycle,
  clock: Clock,
  log: (line: string) => void,
) {
  const pauseMs = Math.min(Math.max(expireAfterMs / 10, MIN_PAUSE_MS), MAX_PAUSE_MS);
  let isClosed = false;
  let cancel = () => {};
  let sweeping = Promise.resolve();
  const isOld = ({ key, lastModified }: ObjectRecord) =>
    lastModified + expireAfterMs <= clock.now() && prefixes.some((prefix) => key.startsWith(prefix));
  const next = () => {
    sweeping = objects
      .removeAll((object) => !isClosed && isOld(object))
      .catch((cause: Error) => log(`S3: could not remove old objects: ${cause.message}`));
    cancel = clock.after(pauseMs, () => void sweeping.then(() => isClosed || next()));
  };
  next();
  return {
    /** Resolves when nothing more is deleted. */
    close() {
      isClosed = true;
      cancel();
      return sweeping;
    },
  };
}
