import type { Subject } from "@callboard/protocol";
import { checkSubject, type Envelope, latestRun } from "./execution.ts";
import { type HistoryPorts, keepRuns } from "./history.ts";
import type { ExecutionRecord, Ports } from "./ports/index.ts";

/**
 * Records what an event says about an execution, and returns the record. Writes only if something is new. If the end
 * came before the subject was known, it is added to the subject's history now. Throws `BadEvent` when the execution
 * belongs to a subject that the event's source may not publish about.
 */
export async function recordExecution(
  ports: Pick<Ports, "executionRecords"> & HistoryPorts,
  { redrive, ...reported }: ExecutionRecord & { readonly subject: Subject },
  envelope: Envelope,
): Promise<ExecutionRecord> {
  const { executionRecords } = ports;
  let known = await executionRecords.read(reported.execution);
  if (known?.subject === undefined) {
    // Before the subject is recorded: if the process dies between the two, the repeat of the event adds the same rows
    // again.
    if (known) await keepRuns(ports, { ...known, subject: reported.subject });
    known = await executionRecords.record(reported);
    // The end may have been recorded at this moment, by a process that did not know the subject yet. Adding the same
    // row again changes nothing.
    await keepRuns(ports, known);
  }
  // If two subjects claim the execution at once, the first one gets it; then check its source.
  checkSubject(envelope, "execution", known.subject);
  if (!redrive || redrive.number <= latestRun(known)) return known;
  return executionRecords.record({ ...reported, redrive });
}
