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

/** The ports that a history needs. */
export type HistoryPorts = Pick<Ports, "history" | "lists" | "ids">;

/** The most bytes of a text, and of a row's facts, as JSON: a row with its key then has about one kilobyte. */
const MESSAGE_BYTES = 300;
const CAUSE_BYTES = 250;
const FACTS_BYTES = 800;

/**
 * Adds rows to a subject's history, before anybody is notified of what they say. Does nothing for kinds that are not
 * listed.
 */
const keep = async (
  { history, lists }: Pick<HistoryPorts, "history" | "lists">,
  subject: Subject,
  rows: () => readonly HistoryRow[],
): Promise<void> => {
  if (lists.has(subjectKind(subject))) await history.add(subject, rows());
};

const idOf = (at: number, own: string): string => `${String(at).padStart(16, "0")}.${own}`;

/**
 * A row with an id that is a hash of its content and of `of`, so that a repeated event makes the same row. Among rows
 * of the same millisecond those with a lower `place` come first.
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
 * The time that a producer gives, but not later than the time at which the event was put (in whole seconds, from the
 * bus). So a clock that is ahead cannot place a row above all later ones.
 */
const producerTime = (at: number, { time }: Pick<Envelope, "time">): number => Math.min(at, time + 1000);

const cut = (text: string | undefined, most: number) => text && cutBytes(text, most);

/** The place of events that end a run. */
const LAST_PLACE = 99_999;

/** An attempt comes after the attempt before it, its start before its end, and all of them within their run. */
function placeOf({ step, state, attempt = 1 }: ProgressReported): number {
  const place = { started: 0, running: 1, waiting: 1, succeeded: 2, failed: 2, skipped: 2 }[state];
  return step === "execution" ? place && LAST_PLACE : Math.min(attempt * 3 + place, LAST_PLACE - 1);
}

/** Adds a report, unless it only changes a percentage. */
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
      message: cut(message, MESSAGE_BYTES),
      cause: cut(cause, CAUSE_BYTES),
    };
    return [rowOf(ports, producerTime(at, envelope), happened, placeOf(detail))];
  });

/** The number of people who watch a live video: it is reported so often that it would hide everything else. */
const isCount = ({ name, value }: FactsSet["facts"][number]): boolean =>
  name === "views" && typeof value === "number";

/** Adds which facts were set or removed, by name; numbers of people who watch are left out. */
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
    const kept = named.filter((_, i) => jsonBytes(named.slice(0, i + 1)) <= FACTS_BYTES);
    const happened = { what: "facts", facts: kept, more: named.length - kept.length || undefined };
    return [rowOf(ports, producerTime(at, envelope), happened, 0, facts)];
  });

/** Adds how many candidates a source proposed. */
export const keepCandidates = (
  ports: HistoryPorts,
  { subject, thread, round, source, candidates }: CandidatesProposed,
  { time }: Pick<Envelope, "time">,
): Promise<void> =>
  keep(ports, subject, () => {
    const happened = { what: "candidates", thread, round, source, count: candidates.length };
    return [rowOf(ports, time, happened, 0, candidates)];
  });

/**
 * Adds the ends and redrives of an execution, as far as its record knows their times. Does nothing while its subject is
 * unknown.
 */
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
      cause: cut(end.cause, CAUSE_BYTES),
    };
    rows.push(rowOf(ports, end.at, happened, LAST_PLACE));
  }
  if (rows.length > 0) await keep(ports, subject, () => rows);
};

/** Adds a reference to the ledger row that says what happened to a question. */
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
