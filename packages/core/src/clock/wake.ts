import { seconds } from "@callboard/protocol";
import type { Due, DueRow, Ports, Wakeup } from "../ports/index.ts";
import { comesAgain, eventOf, followUps } from "./poll.ts";

type WakePorts = Pick<Ports, "dues" | "bus" | "wakeups" | "clock" | "log">;

/** Whoever sends a message and has not written its row after this time never will: it is the longest that a process lives. */
const longestProcessMs = seconds(30);

/**
 * Messages have come: puts Request Due and Audience Due for what they name and what is due by now, requests first, and
 * sends messages by which to find out whether that was enough. A message that comes before its row is sent once more.
 * Answers those that could not be dealt with and are to come again; rejects when the rows cannot be read.
 */
export async function wake(
  ports: WakePorts,
  wakeups: readonly Wakeup[],
  onceMoreAfterMs = longestProcessMs,
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
    sending.length > 0 ? ports.wakeups.send(sending) : undefined,
    due.length > 0 ? ports.bus.put(distinct(due).map(eventOf)) : undefined,
  ]);
  const failed = [
    ...(put.status === "rejected" ? due : []),
    // Without its follow-up what is due is told all the same.
    ...(sent.status === "rejected" ? early : []),
  ];
  if (failed.length > 0) ports.log.warn("wake-ups are to come again", { failed: failed.length });
  return failed;
}

const isDue = (row: DueRow | undefined, now: number): boolean => row?.due !== undefined && row.due <= now;

/**
 * Tells whether a row may not have been written yet. A request's is there once it has the version that the message
 * announced: what is due later then was moved on. An audience's row says no such thing, and may be gone because it was
 * counted: then the second message finds nothing either.
 */
function isEarly(wakeup: Wakeup, row: DueRow | undefined, now: number): boolean {
  if (wakeup.again) return false;
  if ("audience" in wakeup) return !isDue(row, now);
  return (row?.version ?? 0) < (wakeup.version ?? 0);
}

const nameOf = (due: Due): string => ("request" in due ? due.request : due.audience);

/** Each thing once, however many messages name it. */
const distinct = <D extends Due>(dues: readonly D[]): D[] => [
  ...new Map(dues.map((due) => [nameOf(due), due])).values(),
];

const requestsFirst = (a: Due, b: Due): number => Number("audience" in a) - Number("audience" in b);
