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

const holds = (text: string, part: string): boolean => text.toLowerCase().includes(part);

/** The rows whose title or name has a text in it, in whichever case; all of them for none. */
export function matchingRows(rows: readonly SubjectRow[], text: string): readonly SubjectRow[] {
  const part = text.trim().toLowerCase();
  return rows.filter(({ name, subject }) => holds(name, part) || holds(subjectName(subject), part));
}

/** The subject that somebody means by a text: one by that name, or the one row whose title has it; undefined for none. */
export function meantBy(text: string, rows: readonly SubjectRow[]): string | undefined {
  const named = subjectOf(text);
  if (rows.some(({ subject }) => subject === named)) return named;
  const [first, ...others] = rows.filter(({ name }) => holds(name, text.trim().toLowerCase()));
  return first !== undefined && others.length === 0 && text.trim() !== "" ? first.subject : named;
}
