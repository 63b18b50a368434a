import type { Words } from "../words/words.ts";
import { exactMomentText, momentText } from "./time.ts";
import { subjectName } from "./words.ts";

/** What is to be told apart; `startedAt` in milliseconds. */
export interface Named {
  readonly subject: string;
  readonly name: string;
  readonly startedAt: number | undefined;
}

/**
 * Names by which a reader tells subjects apart. Those of one name get the moment at which they began, with seconds where
 * that is not enough, and their id where nothing else is.
 */
export function distinctNames(rows: readonly Named[], now: number, words: Words): Map<string, string> {
  const names = new Map(rows.map(({ subject, name }) => [subject, name]));
  const ways: ((row: Named & { startedAt: number }) => string)[] = [
    ({ startedAt }) => momentText(startedAt, now, words),
    ({ startedAt }) => exactMomentText(startedAt, now, words),
  ];
  for (const way of ways)
    for (const row of namesakes(rows, names))
      if (row.startedAt !== undefined)
        names.set(row.subject, `${row.name} · ${way({ ...row, startedAt: row.startedAt })}`);
  for (const row of namesakes(rows, names))
    names.set(row.subject, `${names.get(row.subject)} · ${subjectName(row.subject)}`);
  return names;
}

/** The rows whose name another has, too. */
function namesakes(rows: readonly Named[], names: ReadonlyMap<string, string>): Named[] {
  const counts = new Map<string, number>();
  for (const name of names.values()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return rows.filter(({ subject }) => counts.get(names.get(subject)!)! > 1);
}
