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

/** How a subject is shown by lists, as its head tells it at one moment. */
export interface Listing {
  /** `startedAt` is missing as long as nothing runs: then the list knows since when it shows the subject. */
  readonly value: Omit<ListedValue, "startedAt"> & { readonly startedAt?: number };
  /** Of two listings of a subject the one with the higher version is the later. */
  readonly version: string;
}

/** What a list shows of each of a subject's entries that it tells of, by the kind of their keys. */
const shownBy: Readonly<Record<string, (value: never) => unknown>> = {
  title: ({ title }: TitleValue) => title,
  avatar: ({ object: { key, mediaType } }: AvatarValue) => ({ key, mediaType }),
  waiting: ({ requests }: WaitingValue) => Object.keys(requests).length,
  execution: ({ state, startedAt, endedAt }: ExecutionValue) => ({ state, startedAt, endedAt }),
};

const kindOf = (key: string): string => key.split("/", 1)[0]!;

/** Whether lists tell of entries with such a key. */
const isTold = (key: string): boolean => Object.hasOwn(shownBy, kindOf(key));

const shownOf = ({ key, value }: Entry): unknown =>
  value === null ? null : shownBy[kindOf(key)]!(value as never);

/** Whether lists may show a subject otherwise once these entries take the place of what was known. */
export const mayChangeListing = (entries: Iterable<Entry>, before: Entries): boolean =>
  [...entries].some((entry) => {
    if (!isTold(entry.key)) return false;
    const known = before.get(entry.key);
    return JSON.stringify(shownOf(entry)) !== JSON.stringify(known ? shownOf(known) : null);
  });

/**
 * How lists show a subject with these entries, all that it has; undefined: it has nothing that they tell of. Pure, so
 * that whoever tells it says the same of the same head.
 */
export function listingOf(
  subject: Subject,
  entries: Iterable<Entry>,
  head: Pick<Head, "channels">,
): Listing | undefined {
  const told = [...entries].filter(({ key }) => isTold(key));
  if (told.length === 0) return undefined;
  const live = told.filter(({ value }) => value !== null);
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
    at: Math.max(...told.map(({ at }) => at)),
  } as Listing["value"];
  // Every change of what is told has the next offset; what was forgotten is not above the floor.
  const offsets = told.map(({ offsets: { watch = 0 } }) => watch);
  return { value, version: version(Math.max(head.channels.watch?.floor ?? 0, ...offsets)) };
}

const field = (name: string, value: unknown) => (value === undefined ? {} : { [name]: value });

/** The run that a subject's state is of: the first to begin of those under way, else the one that ended last. */
function decisiveRun(executions: readonly Entry[]): ExecutionValue | undefined {
  const runs = executions.map(({ value }) => value as ExecutionValue);
  const live = runs.filter(({ state }) => state === "running").sort((a, b) => a.startedAt - b.startedAt);
  const endOf = ({ endedAt, startedAt }: ExecutionValue) => endedAt ?? startedAt;
  const byName = (a: ExecutionValue, b: ExecutionValue) => (a.execution < b.execution ? -1 : 1);
  return live[0] ?? runs.sort((a, b) => endOf(b) - endOf(a) || byName(a, b))[0];
}

/** Whether two listings of a subject show the same, whenever that changed last. */
export function showsTheSame(a: Listing | undefined, b: Listing | undefined): boolean {
  const told = (listing: Listing | undefined) => listing && JSON.stringify({ ...listing.value, at: 0 });
  return told(a) === told(b);
}

/** The key of a subject in lists. */
const listedKey = (subject: Subject): string => `subject/${subject}`;

/**
 * Has a list show a subject. The list keeps those that began last: a subject that is new to a full one takes the place of
 * the first, or stays away. For that all of it has to be looked at: without `whole` such a change is `stale`, and with it
 * that of a subject that stays away.
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

/** A line of a list. A start that is still to come, by the clock of whoever reported it, is not kept above all others. */
function shownAs(
  { startedAt, ...rest }: Listing["value"],
  known: Entry | undefined,
  now: number,
): ListedValue {
  const before = known?.value as ListedValue | null | undefined;
  const told = startedAt ?? before?.startedAt ?? rest.at;
  const began = told <= now ? told : Math.min(before?.startedAt ?? now, now);
  const { subject, title, state, waiting, object, at } = rest;
  const shown = { subject, ...field("title", title), ...field("state", state) };
  return { ...shown, ...field("waiting", waiting), ...field("object", object), startedAt: began, at };
}
