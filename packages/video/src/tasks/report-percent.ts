import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { eventSource } from "../definition.ts";

/** Whose percentage a long task reports: the fields of Progress Reported that tell its step apart. */
export interface ProgressOf {
  readonly subject: string;
  readonly step: string;
  readonly execution: string;
  readonly attempt: number;
}

/** Between two reports at least this long, so that a long file does not flood the bus. */
const SHORTEST_PAUSE_MS = 2000;

/**
 * Reports a task's percentage while it runs, at most every two seconds. Best effort: a report that fails is
 * forgotten, for the work matters more. `settled` resolves when none is under way.
 */
export function reportPercent(bus: EventBridgeClient, busName: string, of: ProgressOf, now: () => number) {
  let last = now();
  let highest = 0;
  let sending: Promise<unknown> = Promise.resolve();
  return {
    onPercent(percent: number) {
      if (percent <= highest || now() - last < SHORTEST_PAUSE_MS) return;
      last = now();
      highest = percent;
      const detail = JSON.stringify({ ...of, state: "running", at: now(), percent });
      const entry = {
        EventBusName: busName,
        Source: eventSource,
        DetailType: "Progress Reported",
        Detail: detail,
      };
      sending = bus.send(new PutEventsCommand({ Entries: [entry] })).catch(() => {});
    },
    settled: () => sending.then(() => {}),
  };
}
