import { seconds } from "@callboard/protocol";
import type { Due, DueRow, Ports, Wakeup } from "../ports/index.ts";
import { comesAgain, eventOf, followUps } from "./poll.ts";

type WakePorts = Pick<Ports, "dues" | "bus" | "wakeups" | "clock" | "log">;

/** A process lives at most this long: if its row is not written by then, it never will be. */
const MAX_PROCESS_MS = seconds(30);

/**
 * Handles wake-up messages: puts Request Due and Audience Due for the rows that are due by now, requests first, and
 * sends messages that check the result later. A message that arrives before its row is sent once more. Returns the
 * messages that failed and must come again; rejects when the rows cannot be read.
 */
export async function wake(
  ports: WakePorts,
  wakeups: readonly Wakeup[],
  onceMoreAfterMs = MAX_PROCESS_MS,
): Promise<readonly Wakeup[]> {
  const now = ports.clock.now();
  const found = new Map((await ports.dues.read(distinct(wakeups))).map((row) => [nameOf(row), row]));
  const rowOf = (wakeup: Wakeup) => found.get(nameOf(wakeup));
  const due = wakeups.filter((wakeup) => isDue(rowOf(wakeup), now)).sort(requestsFirst);
  const early = wakeups.filter((wakeup) => isEarly(wakeup, rowOf(wakeup), now));
  const sending = [
    ...followUps(distinct(due), now),
    ...distinct(early).map((one) => comesAgain(one, now + onceMoreAfterMs)),
  ];
  const [sent, put] = await Promise.allSettled([
    ports.wakeups.send(sending),
    ports.bus.put(distinct(due).map(eventOf)),
  ]);
  const failed = [
    ...(put.status === "rejected" ? due : []),
    // Due rows are announced even if the messages that check the result could not be sent.
    ...(sent.status === "rejected" ? early : []),
  ];
  if (failed.length > 0)
    ports.log.warn("some wake-ups failed and will come again", { failed: failed.length });
  return failed;
}

const isDue = (row: DueRow | undefined, now: number): boolean => row?.due !== undefined && row.due <= now;

/**
 * Whether a row may not have been written yet. The row of a request is written once it has the version in the message:
 * if it is due later then, it has moved on. The row of a count of viewers has no version, and may be gone because the
 * count is done: then the second message finds nothing either.
 */
function isEarly(wakeup: Wakeup, row: DueRow | undefined, now: number): boolean {
  if (wakeup.again) return false;
  if ("audience" in wakeup) return !isDue(row, now);
  return (row?.version ?? 0) < (wakeup.version ?? 0);
}

const nameOf = (due: Due): string => ("request" in due ? due.request : due.audience);

/** Removes duplicates: several messages may name the same row. */
const distinct = <D extends Due>(dues: readonly D[]): D[] => [
  ...new Map(dues.map((due) => [nameOf(due), due])).values(),
];

const requestsFirst = (a: Due, b: Due): number => Number("audience" in a) - Number("audience" in b);
