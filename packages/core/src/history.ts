import {
  type CandidatesProposed,
  cutBytes,
  defined,
  type FactsSet,
  jsonBytes,
  type ProgressReported,
  type RequestId,
  type Subject,
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

/** Adds rows to a subject's history, before anybody is told of what they say. Nothing is kept of kinds that are not listed. */
const keep = async (
  { history, lists }: Pick<HistoryPorts, "history" | "lists">,
  subject: Subject,
  rows: () => readonly HistoryRow[],
): Promise<void> => {
  if (lists.has(subjectKind(subject))) await history.add(subject, rows());
};

const idOf = (at: number, own: string): string => `${String(at).padStart(16, "0")}.${own}`;

/**
 * A row whose id follows from what it says, and what else tells it from others, so that what is told twice is one row, by
 * whichever events. Of what happened in one millisecond those with a lower `place` come first.
 */
const rowOf = (
  { ids }: Pick<HistoryPorts, "ids">,
  at: number,
  happened: object,
  place = 0,
  of?: unknown,
): HistoryRow => ({
  id: idOf(at, `${String(place).padStart(5, "0")}${ids.hash(JSON.stringify([happened, of])).slice(0, 24)}`),
  at,
  happened: defined(happened) as Happened,
});

/**
 * When a producer says that something happened, but no later than it was put, which the bus tells to the second: a clock
 * that is ahead keeps nothing above all that follows.
 */
const saidAt = (at: number, { time }: Pick<Envelope, "time">): number => Math.min(at, time + 1000);

const cut = (text: string | undefined, most: number) => text && cutBytes(text, most);

/** The place of all that ends a run. */
const lastPlace = 99_999;

/** An attempt comes after the one before it, its beginning before its end, and all of them within their run. */
function placeOf({ step, state, attempt = 1 }: ProgressReported): number {
  const place = { started: 0, running: 1, waiting: 1, succeeded: 2, failed: 2, skipped: 2 }[state];
  return step === "execution" ? place && lastPlace : Math.min(attempt * 3 + place, lastPlace - 1);
}

/** Keeps a report, unless it only moves a percent. */
export const keepReport = (
  ports: HistoryPorts,
  detail: ProgressReported,
  arn: string | undefined,
  envelope: Pick<Envelope, "time">,
): Promise<void> =>
  keep(ports, detail.subject, () => {
    const { step, state, at, attempt, message, cause } = detail;
    if (state === "running" && !message) return [];
    const happened = {
      what: "progress",
      execution: arn && executionId(arn),
      step,
      state,
      attempt: attempt === 1 ? undefined : attempt,
      message: cut(message, messageBytes),
      cause: cut(cause, causeBytes),
    };
    return [rowOf(ports, saidAt(at, envelope), happened, placeOf(detail))];
  });

/** How many watch a video that is live: it is told again and again, and would stand above all that happened. */
const isCount = ({ name, value }: FactsSet["facts"][number]): boolean =>
  name === "views" && typeof value === "number";

/** Keeps what facts were set or taken away, by their names, unless they only count who watches. */
export const keepFacts = (
  ports: HistoryPorts,
  { subject, at, facts }: FactsSet,
  envelope: Pick<Envelope, "time">,
): Promise<void> =>
  keep(ports, subject, () => {
    const named = facts
      .filter((fact) => !isCount(fact))
      .map(({ name, label, value }) => defined({ name, label, removed: value === null || undefined }));
    if (named.length === 0) return [];
    const kept = named.filter((_, i) => jsonBytes(named.slice(0, i + 1)) <= factsBytes);
    const happened = { what: "facts", facts: kept, more: named.length - kept.length || undefined };
    return [rowOf(ports, saidAt(at, envelope), happened, 0, facts)];
  });

/** Keeps how many candidates a source proposed. */
export const keepCandidates = (
  ports: HistoryPorts,
  { subject, thread, round, source, candidates }: CandidatesProposed,
  { time }: Pick<Envelope, "time">,
): Promise<void> =>
  keep(ports, subject, () => {
    const happened = { what: "candidates", thread, round, source, count: candidates.length };
    return [rowOf(ports, time, happened, 0, candidates)];
  });

/** Keeps that an execution ended, or runs again, as far as a record tells when; nothing while it is about no subject. */
export const keepRuns = async (
  ports: HistoryPorts,
  { execution: arn, subject, redrive, end }: ExecutionRecord,
): Promise<void> => {
  if (!subject) return;
  const about = { what: "execution", execution: executionId(arn) };
  const rows: HistoryRow[] = [];
  if (redrive?.at)
    rows.push(rowOf(ports, redrive.at, { ...about, state: "running", redrive: redrive.number }));
  if (end) {
    const happened = {
      ...about,
      state: end.state,
      redrive: end.redrive || undefined,
      cause: cut(end.cause, causeBytes),
    };
    rows.push(rowOf(ports, end.at, happened, lastPlace));
  }
  if (rows.length > 0) await keep(ports, subject, () => rows);
};

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
