import {
  type Channel,
  inboxChannel,
  isReservedUser,
  type Person,
  type Principal,
  parseChannel,
  parseList,
  type Subject,
} from "@callboard/protocol";
import type { Contact, Members } from "../ports/index.ts";

/** Who a connection speaks for, as its token says. */
export interface Caller {
  /** The user's id: its principal is `user/<id>`. */
  readonly id: string;
  readonly name: string;
  /** Principals `role/<id>`. */
  readonly roles: readonly Principal[];
  /** Globs such as `watch:*`, `work:video/*`, `answer:video/ana/*`; `*` stands for anything, slashes included. */
  readonly capabilities: readonly string[];
  /** When the token expires, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Somebody without an account, who watches, and is not found by name. */
  readonly guest?: true;
  /** How they are reached, where the token says something about it. */
  readonly contact?: Contact;
}

/** The principals that a caller is: the user and all roles. */
export const principalsOf = (caller: Caller): readonly Principal[] => [`user/${caller.id}`, ...caller.roles];

/** The inboxes that a caller may read without any capability. */
export const inboxesOf = (caller: Caller): Channel[] => principalsOf(caller).map(inboxChannel);

/** Whether a principal is one that no person may be: nobody would ever read its inbox. */
export const isReserved = (principal: Principal): boolean =>
  principal.startsWith("user/") && isReservedUser(principal.slice("user/".length));

/** What is wrong with such a principal where people are asked. */
export const reservedRule = "no person may have this id";

/** Who a caller is, as it is kept beside what they did. */
export const personOf = (caller: Caller): Person => ({ id: caller.id, name: caller.name });

/**
 * Tells whether a caller may follow a channel; `members` are those of its head. A list of all subjects of a kind is for
 * those who may watch each of them, that of a principal for that principal alone.
 */
export function mayFollow(caller: Caller, channel: Channel, members: Members | undefined): boolean {
  const { kind, name } = parseChannel(channel);
  const principals: readonly string[] = principalsOf(caller);
  if (kind === "inbox") return principals.includes(name);
  if (kind === "list") {
    const list = parseList(name);
    return list.owner === undefined ? mayWatchAll(caller, list.kind) : principals.includes(list.owner);
  }
  if (caller.capabilities.some((glob) => matchesGlob(glob, channel))) return true;
  return (
    kind === "work" &&
    [...(members?.owners ?? []), ...(members?.followers ?? [])].some((p) => principals.includes(p))
  );
}

/** A glob that has the `*` of `watch:<kind>/*` match ends with one of its own, and so matches whatever stands there. */
const mayWatchAll = (caller: Caller, kind: string): boolean =>
  caller.capabilities.some((glob) => matchesGlob(glob, `watch:${kind}/*`));

/** Tells whether a caller may answer without being an owner: as an assignee, or by capability. */
export function mayAnswer(caller: Caller, subject: Subject, assignees: readonly Principal[]): boolean {
  const principals = principalsOf(caller);
  return (
    assignees.some((assignee) => principals.includes(assignee)) ||
    caller.capabilities.some((glob) => matchesGlob(glob, `answer:${subject}`))
  );
}

/** Tells whether a caller is among a subject's owners. */
export const isOwner = (caller: Caller, members: Members | undefined): boolean =>
  principalsOf(caller).some((principal) => members?.owners.includes(principal));

/** What the subjects of each source's events may begin with, by source. */
export type Publishers = Readonly<Record<string, readonly string[]>>;

/** Tells whether the events of a source may be about a subject; where nobody is named, anybody may who reaches the bus. */
export const mayPublish = (publishers: Publishers | undefined, source: string, subject: Subject): boolean =>
  publishers === undefined ||
  (Object.hasOwn(publishers, source) && publishers[source]!.some((start) => subject.startsWith(start)));

/** Matches a glob in which `*` stands for any run of characters, in time linear in both lengths a star. */
export function matchesGlob(glob: string, text: string): boolean {
  const parts = glob.split("*");
  const first = parts[0]!;
  if (parts.length === 1) return glob === text;
  const last = parts.at(-1)!;
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last))
    return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
