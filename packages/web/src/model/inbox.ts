import type { ListedSubject, Wanted } from "@callboard/client/headless";
import type { Words } from "../words/words.ts";

/** What is wanted about one subject, the most urgent first. */
export interface InboxGroup {
  subject: string;
  /** What the subject is called. */
  name: string;
  /** What a list says of the subject; undefined where none has it. */
  line: ListedSubject | undefined;
  questions: readonly Wanted[];
}

/** Each subject once, in the order of its most urgent question; `wanted` has the most urgent first. */
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

/** Letters alike in whichever width, case and accent: what people type finds what others wrote. */
const plainLetters = (text: string): string =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase("und");

/** A search: whether a text has every word of it. */
export function searchFor(search: string): (text: string) => boolean {
  const terms = plainLetters(search).split(/\s+/).filter(Boolean);
  return (text) => {
    const plain = plainLetters(text);
    return terms.every((term) => plain.includes(term));
  };
}

/** The questions that a search finds by their prompt, or by the name or the id of their subject. */
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
 * The question after `current`: the one that follows it, or that has taken its place since it was answered; from the end it
 * goes on at the beginning. `before` is the order in which `current` last stood, `open` what is open now. Undefined when
 * nothing else is open.
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

/** How long is left, in its largest unit, rounded down: `3 days`, `4 h`, `12 min`; the last minute is `1 min`. */
export function shortDuration(ms: number, { common: { durations } }: Words): string {
  if (ms >= DAY_MS) return durations.days(Math.floor(ms / DAY_MS));
  if (ms >= HOUR_MS) return durations.hours(Math.floor(ms / HOUR_MS));
  return durations.minutes(Math.max(1, Math.floor(ms / MINUTE_MS)));
}

/** Whether so little is left that somebody should look now. */
export const isNear = (ms: number): boolean => ms < 5 * MINUTE_MS;
