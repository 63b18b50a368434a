import type { FeedbackRequest, HistoryRow } from "@callboard/core";
import type { ExecutionValue, Item, StepValue, Subject } from "@callboard/protocol";
import { subjectKind } from "@callboard/protocol";
import { rowPrefix } from "../../table/keys.ts";
import type { Row } from "../../table/table.ts";

/** What a subject shows and the questions that it had, to compare with its history. */
interface Shown {
  readonly subject: Subject;
  readonly items: readonly Item[];
  readonly requests: readonly FeedbackRequest[];
}

/**
 * Broken invariants of histories: for listed kinds, a history contains each row of a ledger once, and every step or end
 * of an execution that is shown; for other kinds it is empty.
 */
export function brokenHistories(
  lists: ReadonlySet<string>,
  rows: readonly Row[],
  shown: readonly Shown[],
): string[] {
  const all = rows.filter(({ pk }) => (pk as string).startsWith(rowPrefix.history));
  const strays = all.filter(({ pk }) => !lists.has(subjectKind(subjectOf(pk))));
  return [
    ...strays.map(({ pk, sk }) => `${pk} ${sk}: its kind is not listed`),
    ...shown
      .filter(({ subject }) => lists.has(subjectKind(subject)))
      .flatMap((one) =>
        brokenHistory(
          one,
          all.filter(({ pk }) => subjectOf(pk) === one.subject),
        ),
      ),
  ];
}

const subjectOf = (pk: unknown): Subject => (pk as string).slice(rowPrefix.history.length) as Subject;

function brokenHistory({ subject, items, requests }: Shown, rows: readonly Row[]): string[] {
  const kept = rows.map(({ row }) => (JSON.parse(row as string) as HistoryRow).happened);
  const problems: string[] = [];
  const ledgers = kept.flatMap((one) => (one.what === "ledger" ? [`${one.requestId}.${one.n}`] : [])).sort();
  const wanted = requests
    .flatMap(({ id, version }) => Array.from({ length: version }, (_, i) => `${id}.${i + 1}`))
    .sort();
  if (ledgers.join() !== wanted.join())
    problems.push(`the history of ${subject} has ${ledgers} of its ledgers, not ${wanted}`);
  for (const { key, value } of items) {
    if (value === null) continue;
    const { step } = value as StepValue;
    if (key.startsWith("step/") && !kept.some((one) => one.what === "progress" && one.step === step))
      problems.push(`the history of ${subject} has no step ${step}`);
    const { state, endedAt } = value as ExecutionValue;
    const isRecorded = kept.some((one) => "state" in one && one.state === state);
    if (key.startsWith("execution/") && endedAt !== undefined && !isRecorded)
      problems.push(`the history of ${subject} does not say that it ${state}`);
  }
  return problems;
}
