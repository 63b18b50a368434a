import type { Words } from "../words/words.ts";
import { exactMomentText, momentText } from "./time.ts";
import { subjectName } from "./words.ts";

/** A subject that needs a distinct name; `startedAt` in milliseconds. */
export interface Named {
  readonly subject: string;
  readonly name: string;
  readonly startedAt: number | undefined;
}

/**
 * Different names for all subjects. Subjects of the same name get their start time, with seconds if needed,
 * and their id if nothing else helps.
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

/** The rows whose name another row has too. */
function namesakes(rows: readonly Named[], names: ReadonlyMap<string, string>): Named[] {
  const counts = new Map<string, number>();
  for (const name of names.values()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return rows.filter(({ subject }) => counts.get(names.get(subject)!)! > 1);
}
