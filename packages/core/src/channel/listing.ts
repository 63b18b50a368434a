import {
  type AvatarValue,
  type ExecutionValue,
  type ListedValue,
  limits,
  type Subject,
  type TitleValue,
  type WaitingValue,
} from "@callboard/protocol";
import type { Entry, Head } from "../ports/index.ts";
import { type Change, drop, type Entries, type Proposal, version } from "./change.ts";

/** How lists show a subject, computed from its head at one moment. */
export interface Listing {
  /**
   * `startedAt` is missing while no execution is known: then the list uses the time at which it first showed the
   * subject.
   */
  readonly value: Omit<ListedValue, "startedAt"> & { readonly startedAt?: number };
  /** Of two listings of a subject, the one with the higher version is the later one. */
  readonly version: string;
}

/** The part of a subject's entries that a list shows, by the kind of their keys. */
const shownBy: Readonly<Record<string, (value: never) => unknown>> = {
  title: ({ title }: TitleValue) => title,
  avatar: ({ object: { key, mediaType } }: AvatarValue) => ({ key, mediaType }),
  waiting: ({ requests }: WaitingValue) => Object.keys(requests).length,
  execution: ({ state, startedAt, endedAt }: ExecutionValue) => ({ state, startedAt, endedAt }),
};

const kindOf = (key: string): string => key.split("/", 1)[0]!;

/** Whether lists show something of entries with such a key. */
const isListed = (key: string): boolean => Object.hasOwn(shownBy, kindOf(key));

const shownOf = ({ key, value }: Entry): unknown =>
  value === null ? null : shownBy[kindOf(key)]!(value as never);

/** Whether these entries may change how lists show a subject. */
export const mayChangeListing = (entries: Iterable<Entry>, before: Entries): boolean =>
  [...entries].some((entry) => {
    if (!isListed(entry.key)) return false;
    const known = before.get(entry.key);
    return JSON.stringify(shownOf(entry)) !== JSON.stringify(known ? shownOf(known) : null);
  });

/**
 * How lists show a subject, computed from all its entries; undefined: no entry is of a kind that lists show. Pure, so
 * every process computes the same from the same head.
 */
export function listingOf(
  subject: Subject,
  entries: Iterable<Entry>,
  head: Pick<Head, "channels">,
): Listing | undefined {
  const listed = [...entries].filter(({ key }) => isListed(key));
  if (listed.length === 0) return undefined;
  const live = listed.filter(({ value }) => value !== null);
  const one = (name: string) => {
    const entry = live.find(({ key }) => key === name);
    return entry && shownOf(entry);
  };
  const run = decisiveRun(live.filter(({ key }) => kindOf(key) === "execution"));
  const value = {
    subject,
    ...field("title", one("title")),
    ...field("state", run?.state),
    ...field("waiting", one("waiting") || undefined),
    ...field("object", one("avatar")),
    ...field("startedAt", run?.startedAt),
    at: Math.max(...listed.map(({ at }) => at)),
  } as Listing["value"];
  // Every change that lists show has a higher offset; the offset of a forgotten entry is not above the floor.
  const offsets = listed.map(({ offsets: { watch = 0 } }) => watch);
  return { value, version: version(Math.max(head.channels.watch?.floor ?? 0, ...offsets)) };
}

const field = (name: string, value: unknown) => (value === undefined ? {} : { [name]: value });

/** The run whose state is shown: of those under way the first to begin, else the last to end. */
function decisiveRun(executions: readonly Entry[]): ExecutionValue | undefined {
  const runs = executions.map(({ value }) => value as ExecutionValue);
  const live = runs.filter(({ state }) => state === "running").sort((a, b) => a.startedAt - b.startedAt);
  const endOf = ({ endedAt, startedAt }: ExecutionValue) => endedAt ?? startedAt;
  const byName = (a: ExecutionValue, b: ExecutionValue) => (a.execution < b.execution ? -1 : 1);
  return live[0] ?? runs.sort((a, b) => endOf(b) - endOf(a) || byName(a, b))[0];
}

/** Whether two listings of a subject show the same, apart from the time of the last change. */
export function showsTheSame(a: Listing | undefined, b: Listing | undefined): boolean {
  const listed = (listing: Listing | undefined) => listing && JSON.stringify({ ...listing.value, at: 0 });
  return listed(a) === listed(b);
}

/** The key of a subject in lists. */
const listedKey = (subject: Subject): string => `subject/${subject}`;

/**
 * Makes a list show a subject. The list keeps the subjects that began last: in a full list a new subject replaces the
 * oldest, or is not added. That decision needs all entries. Without `whole` such a change is `stale`; with `whole`, a
 * subject that is not added is `stale`.
 */
export function listChange({ value, version: own }: Listing, now: number, whole: boolean): Change {
  const key = listedKey(value.subject);
  return {
    keys: whole ? "all" : [key],
    propose(entries, channels) {
      const known = entries.get(key);
      const shown = shownAs(value, known, now);
      const proposal: Proposal = { key, at: shown.at, fold: () => ({ value: shown, version: own }) };
      if (known && known.version >= own) return [proposal];
      const isNew = (known?.value ?? null) === null;
      if (!isNew || channels.list!.keys < limits.listedSubjects) return [proposal];
      if (!whole) return "stale";
      const others = [...entries.values()].filter((entry) => entry.value !== null);
      const over = [...others.map((entry) => entry.value as ListedValue), shown]
        .sort(byStart)
        .slice(limits.listedSubjects);
      const gone = over.filter((one) => one !== shown).map((one) => drop(listedKey(one.subject), now));
      if (!over.includes(shown)) return [...gone, proposal];
      return gone.length > 0 ? gone : "stale";
    },
  };
}

/** The newest first. */
const byStart = (a: ListedValue, b: ListedValue): number =>
  b.startedAt - a.startedAt || (a.subject < b.subject ? -1 : 1);

/**
 * A line of a list. A start that lies in the future, by a wrong clock of its reporter, must not keep the line above all
 * others.
 */
function shownAs(
  { startedAt, ...rest }: Listing["value"],
  known: Entry | undefined,
  now: number,
): ListedValue {
  const before = known?.value as ListedValue | null | undefined;
  const listed = startedAt ?? before?.startedAt ?? rest.at;
  const began = listed <= now ? listed : Math.min(before?.startedAt ?? now, now);
  const { subject, title, state, waiting, object, at } = rest;
  const shown = { subject, ...field("title", title), ...field("state", state) };
  return { ...shown, ...field("waiting", waiting), ...field("object", object), startedAt: began, at };
}
