import type { Clock } from "../clock/clock.ts";

/** How a call of an integration ended. */
export type Invocation =
  | { kind: "returned"; value: unknown }
  | { kind: "failed"; cause: unknown }
  | { kind: "timed_out" };

/** Calls an integration and waits at most `timeoutMs`. A later end is ignored, as on AWS. */
export function invoke(clock: Clock, timeoutMs: number, call: () => Promise<unknown>): Promise<Invocation> {
  return new Promise((resolve) => {
    const cancel = clock.after(timeoutMs, () => resolve({ kind: "timed_out" }));
    const end = (invocation: Invocation) => {
      cancel();
      resolve(invocation);
    };
    // Started from a promise, so that a handler that throws at once fails like one that rejects.
    Promise.resolve()
      .then(call)
      .then(
        (value) => end({ kind: "returned", value }),
        (cause: unknown) => end({ kind: "failed", cause }),
      );
  });
}
