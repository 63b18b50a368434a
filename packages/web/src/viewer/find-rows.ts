import { searchFor } from "../model/inbox.ts";
import type { SubjectRow } from "../model/listed.ts";
import { subjectName } from "../model/words.ts";
import { subjectOf } from "../session/link.ts";

/** Whether more is to come for a subject, as far as its list knows. */
const isUnderWay = ({ line }: SubjectRow): boolean =>
  line !== undefined && (line.waiting > 0 || line.state === undefined || line.state === "running");

/** Splits rows into current and earlier ones, in their order. */
export function partRows(rows: readonly SubjectRow[]): { now: SubjectRow[]; earlier: SubjectRow[] } {
  return { now: rows.filter(isUnderWay), earlier: rows.filter((row) => !isUnderWay(row)) };
}

/** The rows whose title or name matches a search; all rows for an empty one. */
export function matchingRows(rows: readonly SubjectRow[], text: string): readonly SubjectRow[] {
  const finds = searchFor(text);
  return rows.filter(({ name, subject }) => finds(`${name} ${subjectName(subject)}`));
}

/**
 * The subject that a text means: one by that name, or the only row whose title matches; undefined for none.
 */
export function meantBy(text: string, rows: readonly SubjectRow[]): string | undefined {
  const named = subjectOf(text);
  if (rows.some(({ subject }) => subject === named)) return named;
  const finds = searchFor(text);
  const [first, ...others] = rows.filter(({ name }) => finds(name));
  return first !== undefined && others.length === 0 && text.trim() !== "" ? first.subject : named;
}
