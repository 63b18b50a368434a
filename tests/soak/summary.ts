import type { Outcome } from "./soak.ts";

/** The result of a soak in a few lines; failures first. */
export function summaryOf(outcome: Outcome): string {
  const { crowd, faults, produced, absences, memory } = outcome;
  const { opened, broken, frames } = crowd.sockets;
  const { accepted, refused, unanswered } = crowd.answers;
  return [
    ...outcome.failures.map((failure) => `FAILURE ${failure}`),
    `whole      ${outcome.whole} of ${outcome.sockets} equal the table, ${seconds(outcome.wholeMs)} after the last fault`,
    `there      after ${seconds(outcome.filledMs)}`,
    `sockets    ${opened} opened, ${broken} broken on purpose, ${outcome.kills} kills of the gateway`,
    `posts      ${faults.posts}: ${faults.dropped} dropped, ${faults.duplicated} duplicated, ${faults.delayed} delayed, ${faults.refused} refused, ${faults.failedAfterSend} sent but reported as failed`,
    `received   ${frames} frames, ${crowd.shown} changes of keys seen by somebody`,
    `produced   ${produced.reports} reports, ${produced.questions} questions, ${produced.withdrawn} withdrawn, ${produced.repeats} repeated`,
    `answers    ${accepted} accepted, ${refused} refused, ${unanswered} without a receipt`,
    `absences   ${absences.length}: half ${seconds(at(absences, 0.5))}, 99 of 100 ${seconds(at(absences, 0.99))}, longest ${seconds(at(absences, 1))}`,
    `memory     server ${megabytes(memory.server)}, crowd ${megabytes(memory.crowd)}`,
  ].join("\n");
}

/** A percentile of a sorted list. */
const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`;
