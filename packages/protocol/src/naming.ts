import { capability, channel, fits, name, principal, requestId, subject } from "./name-forms.ts";
import type { Channel, ChannelKind, HeadName, Principal, RequestId, Subject } from "./names.ts";

/** The prefix of the ids that replace erased people. */
export const ERASED_PREFIX = "erased-";
/** Whether no person may have this id: `system` is the author of automatic changes. */
export const isReservedUser = (id: string): boolean => id === "system" || id.startsWith(ERASED_PREFIX);

/** Whether a text is a channel's name: what the schema `Channel` checks, without the schema library. */
export const isChannel = (text: string): text is Channel => fits(text, channel);
/** Whether a text is a request's id: what the schema `RequestId` checks, without the schema library. */
export const isRequestId = (text: string): text is RequestId => fits(text, requestId);
/** Whether a text is a capability: `watch:`, `work:` or `answer:` and a subject in which `*` stands for anything. */
export const isCapability = (text: string): boolean => fits(text, capability);
/** Whether a text is a subject: what the schema `Subject` checks, without the schema library. */
export const isSubject = (text: string): text is Subject => fits(text, subject);
/** Whether a text is a principal: what the schema `Principal` checks, without the schema library. */
export const isPrincipal = (text: string): text is Principal => fits(text, principal);
/** Whether a text is a short name: what the schema `Name` checks, without the schema library. */
export const isName = (text: string): boolean => fits(text, name);

export const watchChannel = (subject: Subject): `watch:${Subject}` => `watch:${subject}`;
export const workChannel = (subject: Subject): `work:${Subject}` => `work:${subject}`;
export const inboxChannel = (principal: Principal): `inbox:${Principal}` => `inbox:${principal}`;
/** The name of a list of recent subjects of a kind: all of them, or those that a principal owns. */
export const listChannel = (kind: string, owner?: Principal): `list:${string}` =>
  owner === undefined ? `list:${kind}` : `list:${kind}/${owner}`;

/** The kind of a subject: the part before its first `/`. */
export const subjectKind = (subject: Subject): string => subject.slice(0, subject.indexOf("/"));

/** Splits a list's name: the kind of its subjects and, if it is the list of one principal, that owner. */
export function parseList(name: string): { kind: string; owner?: Principal } {
  const slash = name.indexOf("/");
  if (slash < 0) return { kind: name };
  return { kind: name.slice(0, slash), owner: name.slice(slash + 1) as Principal };
}

/** The kinds in a setting, separated by commas; `none` means no kind. Undefined: one of them is not a valid kind. */
export function readKinds(text: string): string[] | undefined {
  const kinds = text.split(",").map((kind) => kind.trim());
  if (kinds.join() === "none") return [];
  return kinds.every((kind) => fits(kind, name)) ? [...new Set(kinds)] : undefined;
}

/** The name under which a channel is stored. */
export function headOf(channel: Channel): HeadName {
  const { kind, name } = parseChannel(channel);
  return kind === "watch" ? workChannel(name as Subject) : (channel as HeadName);
}

/** The channels that are stored under one name. */
export function channelsOf(head: HeadName): Channel[] {
  const { kind, name } = parseChannel(head);
  return kind === "work" ? [watchChannel(name as Subject), head] : [head];
}

/** The kinds of the channels that are stored under one name. */
export const channelKindsOf = (head: HeadName): ChannelKind[] =>
  channelsOf(head).map((channel) => parseChannel(channel).kind);

/** Splits a channel's name, which must be well-formed. */
export function parseChannel(channel: Channel): { kind: ChannelKind; name: string } {
  const colon = channel.indexOf(":");
  return { kind: channel.slice(0, colon) as ChannelKind, name: channel.slice(colon + 1) };
}

/**
 * The attempt of a step to show to people. Undefined for the first one, and from 100 on: then the workflow counts
 * otherwise, for example by `RedriveCount * 1000 + round`.
 */
export const toldAttempt = (attempt = 1): number | undefined =>
  attempt > 1 && attempt < 100 ? attempt : undefined;
