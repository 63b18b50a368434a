import type { ListedSubject, Wanted } from "@callboard/client/headless";
import type { Words } from "../words/words.ts";

/** The questions about one subject, the most urgent first. */
export interface InboxGroup {
  subject: string;
  /** The subject's name. */
  name: string;
  /** The subject's line in a list; undefined when no list has it. */
  line: ListedSubject | undefined;
  questions: readonly Wanted[];
}

/** Each subject once, in the order of its most urgent question; `wanted` must have the most urgent first. */
export function groupWanted(
  wanted: readonly Wanted[],
  nameOf: (subject: string, title: string | undefined) => string,
  lines: readonly ListedSubject[],
): InboxGroup[] {
  const bySubject = new Map<string, Wanted[]>();
  for (const one of wanted) {
    const known = bySubject.get(one.subject);
    if (known) known.push(one);
    else bySubject.set(one.subject, [one]);
  }
  const lineOf = new Map(lines.map((line) => [line.subject, line]));
  return [...bySubject].map(([subject, questions]) => ({
    subject,
    name: nameOf(subject, questions.find(({ title }) => title !== undefined)?.title),
    line: lineOf.get(subject),
    questions,
  }));
}

/** Ignores differences of width, case and accents, so that a search finds them all. */
const plainLetters = (text: string): string =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase("und");

/** A search: whether a text contains every word of it. */
export function searchFor(search: string): (text: string) => boolean {
  const terms = plainLetters(search).split(/\s+/).filter(Boolean);
  return (text) => {
    const plain = plainLetters(text);
    return terms.every((term) => plain.includes(term));
  };
}

/** The questions that match a search by their prompt, or by the name or id of their subject. */
export function searchGroups(groups: readonly InboxGroup[], search: string): readonly InboxGroup[] {
  if (search.trim() === "") return groups;
  const finds = searchFor(search);
  return groups
    .map((group) => {
      const around = `${group.name} ${group.subject}`;
      return {
        ...group,
        questions: group.questions.filter(({ prompt, requestId }) =>
          finds(`${prompt || requestId} ${around}`),
        ),
      };
    })
    .filter(({ questions }) => questions.length > 0);
}

/**
 * The question after `current`: the one that follows it, or that is now in its position because it was
 * answered; after the end it starts again at the beginning. `before` is the last order that had `current`,
 * `open` the open questions now. Undefined when no other is open.
 */
export function nextOpen(
  before: readonly string[],
  open: readonly string[],
  current: string | undefined,
): string | undefined {
  const others = new Set(open.filter((id) => id !== current));
  const place = current === undefined ? -1 : before.indexOf(current);
  if (place < 0) return open.find((id) => others.has(id));
  const after = [...before.slice(place + 1), ...before.slice(0, place)].find((id) => others.has(id));
  return after ?? open.find((id) => others.has(id));
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The time left in its largest unit, rounded down: `3 days`, `4 h`, `12 min`; the last minute is `1 min`. */
export function shortDuration(ms: number, { common: { durations } }: Words): string {
  if (ms >= DAY_MS) return durations.days(Math.floor(ms / DAY_MS));
  if (ms >= HOUR_MS) return durations.hours(Math.floor(ms / HOUR_MS));
  return durations.minutes(Math.max(1, Math.floor(ms / MINUTE_MS)));
}

/** Whether so little time is left that somebody should act now. */
export const isNear = (ms: number): boolean => ms < 5 * MINUTE_MS;
