import type { Subject } from "@callboard/protocol";
import { checkSubject, type Envelope, latestRun } from "./execution.ts";
import { type HistoryPorts, keepRuns } from "./history.ts";
import type { ExecutionRecord, Ports } from "./ports/index.ts";

/**
 * The execution's record, with what an event tells of it. It is written only when that is new. An end that was told before
 * it was known what the execution is about comes into the history of that. Throws `BadEvent` when the execution is about a
 * subject that the event's source may not publish about.
 */
export async function recordExecution(
  ports: Pick<Ports, "executionRecords"> & HistoryPorts,
  { redrive, ...told }: ExecutionRecord & { readonly subject: Subject },
  envelope: Envelope,
): Promise<ExecutionRecord> {
  const { executionRecords } = ports;
  let known = await executionRecords.read(told.execution);
  if (known?.subject === undefined) {
    // Before the subject is recorded, so that whoever dies between the two is followed by the same again.
    if (known) await keepRuns(ports, { ...known, subject: told.subject });
    known = await executionRecords.record(told);
    // It may have ended in this very moment, when nobody knew yet what it is about: the same row again is the same.
    await keepRuns(ports, known);
  }
  // Of two that claim it at once the first has it; the other has told no more than that.
  checkSubject(envelope, "execution", known.subject);
  if (!redrive || redrive.number <= latestRun(known)) return known;
  return executionRecords.record({ ...told, redrive });
}
