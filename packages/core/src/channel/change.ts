import type { Entry, Guard, Head, Members } from "../ports/index.ts";
import type { Channels } from "./counts.ts";

/** A key as it stands, for whoever folds something into it. */
export type Known = Pick<Entry, "value" | "version">;

/** What somebody wants a key to be. */
export interface Proposal {
  readonly key: string;
  /** When it happened, in milliseconds. */
  readonly at: number;
  /**
   * The key's next value and version, given the present entry (a removed one has the value null); undefined: it has
   * nothing new to say. A version that is not newer changes nothing.
   */
  readonly fold: (current: Entry | undefined) => { value: unknown; version: string } | undefined;
}

/** A head's entries by key, as far as a change looks at them. */
export type Entries = ReadonlyMap<string, Entry>;

/** What somebody wants of a head. It may be asked several times, of the head as it is by then. */
export interface Change {
  /** The keys that it looks at or proposes; or all. */
  readonly keys: readonly string[] | "all";
  /**
   * Pure, given the entries and where the channels stand, both with what is decided along before it. `stale`: the head
   * holds something newer than what this was made of, or the change has to be another one.
   */
  readonly propose: (entries: Entries, channels: Readonly<Channels>) => readonly Proposal[] | "stale";
  /** Who belongs to the subject from now on, beside those who do. */
  readonly members?: Partial<Members>;
  /** Whether even steps under way make room for it, as the last. */
  readonly mustShow?: boolean;
  /** Whether it is made beyond the bytes of a channel too, as long as it adds no key. */
  readonly replaces?: boolean;
  /**
   * Whether lists are told of the subject even where they show it as before, given the entries before: this may have come
   * already, and whoever took it in may have died before the lists knew. It never is, unless told.
   */
  readonly listsAgain?: (entries: Entries) => boolean;
  /** What must hold beside, given the head; undefined: nothing. */
  readonly guard?: (entries: Entries, head: Head | undefined) => Guard | undefined;
}

/** A change that proposes the same whatever stands there. */
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

/** Proposes that a key be removed; one that never was stays so. */
export const remove = (key: string, version: string, at: number): Proposal => ({
  key,
  at,
  fold: (current) => (current ? { value: null, version } : undefined),
});

/** The version of a key that was removed as it stood: whatever made it so is known, and anything later is newer. */
export const removed = (version: string): string => `${version}.removed`;

/** Proposes that a key be removed, whatever its version. */
export const drop = (key: string, at: number): Proposal => ({
  key,
  at,
  fold: (current) =>
    current && current.value !== null ? { value: null, version: removed(current.version) } : undefined,
});

/** Digits of each part of a version. */
const digits = 16;

/** A version that compares as a string as its parts compare as numbers: `[attempt, final, at]`. */
export function version(...parts: readonly number[]): string {
  return parts.map((part) => String(Math.max(0, Math.floor(part))).padStart(digits, "0")).join(".");
}
