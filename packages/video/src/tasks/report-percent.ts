import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { eventSource } from "../definition.ts";

/** The step whose percentage a long task reports: the fields of Progress Reported that identify it. */
export interface ProgressOf {
  readonly subject: string;
  readonly step: string;
  readonly execution: string;
  readonly attempt: number;
}

/** The least time between two reports, so that a long file does not flood the bus. */
const MIN_PAUSE_MS = 2000;

/**
 * Reports a task's percentage while it runs, at most every two seconds. Best effort: a failed report is ignored,
 * because the work matters more. `settled` resolves when no report is under way.
 */
export function reportPercent(bus: EventBridgeClient, busName: string, of: ProgressOf, now: () => number) {
  let last = now();
  let highest = 0;
  let sending: Promise<unknown> = Promise.resolve();
  return {
    onPercent(percent: number) {
      if (percent <= highest || now() - last < MIN_PAUSE_MS) return;
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
