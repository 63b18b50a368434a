import type { Entry, Guard, Head, Members } from "../ports/index.ts";
import type { Channels } from "./counts.ts";

/** The current value and version of a key, for code that folds something into it. */
export type Known = Pick<Entry, "value" | "version">;

/** A change that is proposed for one key. */
export interface Proposal {
  readonly key: string;
  /** When it happened, in milliseconds. */
  readonly at: number;
  /**
   * The key's next value and version, given the current entry (a removed one has the value null). Undefined: no change.
   * A version that is not newer changes nothing either.
   */
  readonly fold: (current: Entry | undefined) => { value: unknown; version: string } | undefined;
}

/** The entries of a head that a change reads, by key. */
export type Entries = ReadonlyMap<string, Entry>;

/**
 * A change that is proposed for a head. `propose` may be called several times, each time with the head as it is then.
 */
export interface Change {
  /** The keys that it reads or proposes, or all keys. */
  readonly keys: readonly string[] | "all";
  /**
   * Pure. Gets the entries and the state of the channels, both with the changes that were decided before it in the same
   * write. `stale`: the head holds something newer than the source of this change, or the change must be computed
   * again.
   */
  readonly propose: (entries: Entries, channels: Readonly<Channels>) => readonly Proposal[] | "stale";
  /** Owners and followers that the subject gets in addition. */
  readonly members?: Partial<Members>;
  /** Whether even steps under way are removed to make room for it, as a last resort. */
  readonly mustShow?: boolean;
  /** Whether it may exceed a channel's limit on bytes, as long as it adds no key. */
  readonly replaces?: boolean;
  /**
   * Whether lists are updated even if they should show the subject as before, given the entries before the change. Such
   * a change may be a repeat, after a process died between writing the subject and updating the lists. False if absent.
   */
  readonly listsAgain?: (entries: Entries) => boolean;
  /** Another condition of the write, given the head; undefined: none. */
  readonly guard?: (entries: Entries, head: Head | undefined) => Guard | undefined;
}

/** A change that proposes the same values whatever the entries are. */
export const proposing = (proposals: readonly Proposal[], members?: Partial<Members>): Change => ({
  keys: proposals.map(({ key }) => key),
  propose: () => proposals,
  ...(members ? { members } : {}),
});

/** Proposes a value as it is. */
export const propose = (key: string, value: unknown, version: string, at: number): Proposal => ({
  key,
  at,
  fold: () => ({ value, version }),
});

/** Proposes to remove a key; does nothing for a key that never existed. */
export const remove = (key: string, version: string, at: number): Proposal => ({
  key,
  at,
  fold: (current) => (current ? { value: null, version } : undefined),
});

/**
 * The version of a removed key whose value had the version `version`: higher than that one, lower than any later one.
 */
export const removed = (version: string): string => `${version}.removed`;

/** Proposes to remove a key, whatever its version. */
export const drop = (key: string, at: number): Proposal => ({
  key,
  at,
  fold: (current) =>
    current && current.value !== null ? { value: null, version: removed(current.version) } : undefined,
});

/** Digits of each part of a version. */
const VERSION_DIGITS = 16;

/** A version whose string order equals the numeric order of its parts: `[attempt, final, at]`. */
export function version(...parts: readonly number[]): string {
  return parts.map((part) => String(Math.max(0, Math.floor(part))).padStart(VERSION_DIGITS, "0")).join(".");
}
