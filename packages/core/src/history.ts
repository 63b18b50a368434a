import {
  type CandidatesProposed,
  cutBytes,
  defined,
  type FactsSet,
  jsonBytes,
  type ProgressReported,
  type RequestId,
  type Subject,
  seconds,
  subjectKind,
} from "@callboard/protocol";
import { type Envelope, executionId } from "./execution.ts";
import type { ExecutionRecord, Happened, HistoryRow, Ports } from "./ports/index.ts";

/** What keeping a history needs. */
export type HistoryPorts = Pick<Ports, "history" | "lists" | "ids">;

/** Bytes of what is kept of a text, and of a row's facts, as JSON: a row with its key is about a kilobyte at most. */
const messageBytes = 300;
const causeBytes = 250;
const factsBytes = 800;

/** Rows of a subject's history, before anybody is told of what they say. Nothing is kept of kinds that are not listed. */
async function keep(
  { history, lists }: Pick<HistoryPorts, "history" | "lists">,
  subject: Subject,
  rows: () => readonly HistoryRow[],
): Promise<void> {
  if (lists.has(subjectKind(subject))) await history.add(subject, rows());
}

const idOf = (at: number, own: string): string => `${String(at).padStart(16, "0")}.${own}`;

const ownLength = 24;

/** A row whose id follows from what it says, so that what is told twice is one row, by whichever events. */
function rowOf({ ids }: Pick<HistoryPorts, "ids">, at: number, happened: Happened): HistoryRow {
  const own = ids.hash(JSON.stringify(happened)).slice(0, ownLength);
  return { id: idOf(at, `${placeOf(happened)}${own}`), at, happened };
}

const places: Readonly<Record<string, number>> = { started: 1, running: 2, waiting: 2 };

/** Of what happened in one millisecond: an attempt after the one before it, its beginning before its end. */
function placeOf(happened: Happened): string {
  if (happened.what === "execution") return happened.state === "running" ? "00000" : "99999";
  if (happened.what !== "progress") return "00000";
  const { attempt = 1, state, step } = happened;
  if (step === "execution") return state === "started" ? "00000" : "99998";
  return `${String(Math.min(attempt, 9998)).padStart(4, "0")}${places[state] ?? 3}`;
}

/**
 * When a producer says that something happened, but no later than it was put, which the bus tells to the second: a clock
 * that is ahead keeps nothing above all that follows.
 */
const saidAt = (at: number, { time }: Pick<Envelope, "time">): number => Math.min(at, time + seconds(1));

const text = (words: string | undefined, most: number): string | undefined =>
  words === undefined ? undefined : cutBytes(words, most) || undefined;

/** Keeps a report, unless it only moves a percent. */
export function keepReport(
  ports: HistoryPorts,
  detail: ProgressReported,
  arn: string | undefined,
  envelope: Pick<Envelope, "time">,
): Promise<void> {
  const { subject, step, state, at, attempt, message, cause } = detail;
  const tellsNothing = state === "running" && !message;
  const happened = () =>
    defined({
      what: "progress",
      execution: arn === undefined ? undefined : executionId(arn),
      step,
      state,
      attempt: attempt === 1 ? undefined : attempt,
      message: text(message, messageBytes),
      cause: text(cause, causeBytes),
    });
  return keep(ports, subject, () => (tellsNothing ? [] : [rowOf(ports, saidAt(at, envelope), happened())]));
}

/** Keeps what facts were set or taken away, by their names. */
export function keepFacts(
  ports: HistoryPorts,
  { subject, at, facts }: FactsSet,
  envelope: Pick<Envelope, "time">,
): Promise<void> {
  const named = facts.map(({ name, label, value }) =>
    defined({ name, label, removed: value === null ? true : undefined }),
  );
  const kept = named.filter((_, i) => jsonBytes(named.slice(0, i + 1)) <= factsBytes);
  const more = named.length - kept.length || undefined;
  return keep(ports, subject, () => [
    rowOf(ports, saidAt(at, envelope), defined({ what: "facts", facts: kept, more })),
  ]);
}

/** Keeps how many candidates a source proposed. */
export function keepCandidates(
  ports: HistoryPorts,
  { subject, thread, round, source, candidates }: CandidatesProposed,
  { id, time }: Pick<Envelope, "id" | "time">,
): Promise<void> {
  const happened = defined({ what: "candidates", thread, round, source, count: candidates.length });
  // Two sources may propose as many in one second.
  const own = ports.ids.hash(id).slice(0, ownLength);
  return keep(ports, subject, () => [{ id: idOf(time, own), at: time, happened }]);
}

/** Keeps that an execution ended, or runs again, as far as a record tells when; nothing while it is about no subject. */
export async function keepRuns(
  ports: HistoryPorts,
  { execution: arn, subject, redrive, end }: ExecutionRecord,
): Promise<void> {
  if (subject === undefined) return;
  const execution = executionId(arn);
  const runOf = (number: number) => (number === 0 ? undefined : number);
  const began = redrive?.at === undefined ? [] : [{ at: redrive.at, redrive: redrive.number }];
  await keep(ports, subject, () => [
    ...began.map(({ at, redrive }) =>
      rowOf(ports, at, { what: "execution", execution, state: "running", redrive }),
    ),
    ...(end ? [end] : []).map(({ at, state, redrive, cause }) =>
      rowOf(
        ports,
        at,
        defined({
          what: "execution",
          execution,
          state,
          redrive: runOf(redrive),
          cause: text(cause, causeBytes),
        }),
      ),
    ),
  ]);
}

/** Keeps where a question's ledger says what happened to it. */
export const keepLedger = (
  ports: Pick<HistoryPorts, "history" | "lists">,
  { id, subject }: { readonly id: RequestId; readonly subject: Subject },
  entries: readonly { readonly n: number; readonly at: number }[],
): Promise<void> =>
  keep(ports, subject, () =>
    entries.map(({ n, at }) => ({
      id: idOf(at, `${id}.${String(n).padStart(6, "0")}`),
      at,
      happened: { what: "ledger", requestId: id, n },
    })),
  );
