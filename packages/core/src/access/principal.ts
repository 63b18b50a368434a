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

/** The identity behind a connection or request, from its token. */
export interface Caller {
  /** The user's id: its principal is `user/<id>`. */
  readonly id: string;
  readonly name: string;
  /** Principals `role/<id>`. */
  readonly roles: readonly Principal[];
  /** Globs such as `watch:*`, `work:video/*`, `answer:video/ana/*`; `*` matches any text, slashes included. */
  readonly capabilities: readonly string[];
  /** When the token expires, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Set for a guest: a viewer without an account, who is not found by name. */
  readonly guest?: true;
  /** How to reach this person, if the token says something about it. */
  readonly contact?: Contact;
}

/** The principals that a caller is: the user and all roles. */
export const principalsOf = (caller: Caller): readonly Principal[] => [`user/${caller.id}`, ...caller.roles];

/** The inboxes that a caller may read without any capability. */
export const inboxesOf = (caller: Caller): Channel[] => principalsOf(caller).map(inboxChannel);

/** Whether no person may have this principal, so that nobody would ever read its inbox. */
export const isReserved = (principal: Principal): boolean =>
  principal.startsWith("user/") && isReservedUser(principal.slice("user/".length));

/** The error text for such a principal among the people who are asked. */
export const RESERVED_RULE = "no person may have this id";

/** A caller's id and name, as they are stored with their actions. */
export const personOf = (caller: Caller): Person => ({ id: caller.id, name: caller.name });

/**
 * Whether a caller may follow a channel; `members` are those of its head. The list of all subjects of a kind is for
 * callers who may watch each of them, the list of a principal for that principal alone.
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
    members !== undefined &&
    [...members.owners, ...members.followers].some((p) => principals.includes(p))
  );
}

/**
 * A glob that matches the `*` in `watch:<kind>/*` must itself end with `*`, so it matches every subject of the kind.
 */
const mayWatchAll = (caller: Caller, kind: string): boolean =>
  caller.capabilities.some((glob) => matchesGlob(glob, `watch:${kind}/*`));

/** Whether a caller may answer without being an owner: as an assignee, or by capability. */
export function mayAnswer(caller: Caller, subject: Subject, assignees: readonly Principal[]): boolean {
  const principals = principalsOf(caller);
  return (
    assignees.some((assignee) => principals.includes(assignee)) ||
    caller.capabilities.some((glob) => matchesGlob(glob, `answer:${subject}`))
  );
}

/** Whether a caller is among a subject's owners. */
export const isOwner = (caller: Caller, members: Members | undefined): boolean =>
  principalsOf(caller).some((principal) => members?.owners.includes(principal));

/** For each event source, the prefixes of the subjects that it may publish about. */
export type Publishers = Readonly<Record<string, readonly string[]>>;

/**
 * Whether events of a source may be about a subject. Without `publishers`, any source on the bus may publish about any.
 */
export const mayPublish = (publishers: Publishers | undefined, source: string, subject: Subject): boolean =>
  publishers === undefined ||
  (Object.hasOwn(publishers, source) && publishers[source]!.some((start) => subject.startsWith(start)));

/** Matches a glob in which `*` stands for any run of characters. For each star, the time is linear in both lengths. */
export function matchesGlob(glob: string, text: string): boolean {
  const parts = glob.split("*");
  const first = parts[0]!;
  if (parts.length === 1) return glob === text;
  const last = parts.at(-1)!;
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last))
    return false;
  const middle = text.slice(first.length, text.length - last.length);
  let at = 0;
  for (const part of parts.slice(1, -1)) {
    const found = middle.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return true;
}
