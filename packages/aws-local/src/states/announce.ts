import type { Execution } from "./execution.ts";
import { Cancelled } from "./failure.ts";
import type { Projection } from "./projection.ts";
import type { Surroundings } from "./run/frame.ts";
import { sleepUntil } from "./run/wait.ts";
import { type StatusChangeEvent, statusChange } from "./status-change.ts";

const MAX_TRIES = 100;
const MAX_PAUSE_MS = 60_000;

/**
 * Reports every status change of an execution that was not reported yet, in order, when it is on the disk, and marks it
 * as reported. After a kill a change may be reported twice, but none is missed. Stops after many failed tries, until the
 * next start.
 */
export async function announce(
  around: Surroundings,
  execution: Execution,
  report: (event: StatusChangeEvent) => Promise<void> | void,
  mark: (projection: Projection) => void,
  signal: AbortSignal,
): Promise<void> {
  const { projection } = execution;
  for (;;) {
    if (projection.announced >= projection.statusChanges.length) return;
    await execution.written();
    const event = statusChange(projection, projection.announced);
    await persist(around, () => report(event), signal);
    projection.announced += 1;
    mark(projection);
  }
}

async function persist(
  { clock }: Surroundings,
  attempt: () => Promise<void> | void,
  signal: AbortSignal,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    if (signal.aborted) throw new Cancelled();
    try {
      return await unlessAborted(attempt(), signal);
    } catch (cause) {
      if (cause instanceof Cancelled || tries >= MAX_TRIES) throw cause;
      await sleepUntil(clock, clock.now() + Math.min(2 ** tries * 500, MAX_PAUSE_MS), signal);
    }
  }
}

/** Stops waiting when the signal is aborted; the work itself continues. */
function unlessAborted(work: Promise<void> | void, signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    const abort = () => fail(new Cancelled());
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    Promise.resolve(work)
      .then(done, fail)
      .finally(() => signal.removeEventListener("abort", abort));
  });
}
