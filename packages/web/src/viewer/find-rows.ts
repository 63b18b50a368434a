import { searchFor } from "../model/inbox.ts";
import type { SubjectRow } from "../model/listed.ts";
import { subjectName } from "../model/words.ts";
import { subjectOf } from "../session/link.ts";

/** Whether something of it is still to come, as far as its list knows. */
const isUnderWay = ({ line }: SubjectRow): boolean =>
  line !== undefined && (line.waiting > 0 || line.state === undefined || line.state === "running");

/** Rows of what is under way, and of what is over, each in the order in which it came. */
export function partRows(rows: readonly SubjectRow[]): { now: SubjectRow[]; earlier: SubjectRow[] } {
  return { now: rows.filter(isUnderWay), earlier: rows.filter((row) => !isUnderWay(row)) };
}

/** The rows that a search finds by their title or name; all of them for none. */
export function matchingRows(rows: readonly SubjectRow[], text: string): readonly SubjectRow[] {
  const finds = searchFor(text);
  return rows.filter(({ name, subject }) => finds(`${name} ${subjectName(subject)}`));
}

/** The subject that somebody means by a text: one by that name, or the one row that it finds by its title; undefined for none. */
export function meantBy(text: string, rows: readonly SubjectRow[]): string | undefined {
  const named = subjectOf(text);
  if (rows.some(({ subject }) => subject === named)) return named;
  const finds = searchFor(text);
  const [first, ...others] = rows.filter(({ name }) => finds(name));
  return first !== undefined && others.length === 0 && text.trim() !== "" ? first.subject : named;
}
