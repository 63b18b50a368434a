import * as z from "zod/mini";

/** Who: `user/<id>`, `role/<id>`, or `system`, which answers when a deadline passes. */
export type Principal = `user/${string}` | `role/${string}`;
/** What it is about, chosen by the producer: a kind and an id, such as `video/v_1`. */
export type Subject = `${string}/${string}`;
/** A map that people follow: progress for all, work for owners, an inbox for one principal, a list of recent subjects. */
export type Channel = `watch:${Subject}` | `work:${Subject}` | `inbox:${Principal}` | `list:${string}`;
export type ChannelKind = "watch" | "work" | "inbox" | "list";
/** What a subject's channels, an inbox or a list are kept under: the name of the channel that shows most of it. */
export type HeadName = Exclude<Channel, `watch:${string}`>;
export type RequestId = `req_${string}`;

/** What a name looks like, and how long it may be. */
interface Shape {
  readonly pattern: RegExp;
  readonly most: number;
}

const principal: Shape = { pattern: /^(user|role)\/[\w.@:|+=-]{1,128}$/, most: 140 };
const subject: Shape = { pattern: /^[\w.@:|+=-]+(\/[\w.@:|+=-]+)+$/, most: 200 };
const requestId: Shape = { pattern: /^req_[0-9a-z]{10,64}$/, most: 68 };
const channel: Shape = {
  pattern:
    /^((watch|work):[\w.@:|+=-]+(\/[\w.@:|+=-]+)+|(inbox:|list:[\w.@:|+=-]{1,64}\/)(user|role)\/[\w.@:|+=-]{1,128}|list:[\w.@:|+=-]{1,64})$/,
  most: 210,
};
/** A channel's form in which `*` stands for anything: one without a `/` has to have it, or it would match nothing. */
const capability: Shape = {
  pattern: /^(watch|work|answer):(?=.*[*/])[\w.@:|+=*-]+(\/[\w.@:|+=*-]+)*$/,
  most: 220,
};
const name: Shape = { pattern: /^[\w.@:|+=-]{1,64}$/, most: 64 };

/** How a channel is named, as those read it who named another. */
export const channelRule =
  "a channel is watch:<subject>, work:<subject>, inbox:<principal>, list:<kind> or list:<kind>/<principal>";

/** How a principal is written, as those read it who wrote another. */
export const principalRule = "a principal is user/<id> or role/<id>";

/** A string schema whose type is narrower than `string`. */
function text<T extends string>({ pattern, most }: Shape, what: string): z.ZodMiniType<T, string> {
  return z
    .string({ error: what })
    .check(z.maxLength(most, what), z.regex(pattern, what)) as unknown as z.ZodMiniType<T, string>;
}

// Marked as pure, so that a bundle that uses none of the schemas does not hold the schema library.
export const Principal = /* @__PURE__ */ text<Principal>(principal, principalRule);
export const Subject = /* @__PURE__ */ text<Subject>(subject, "a subject is <kind>/<id>, such as video/v_1");
export const RequestId = /* @__PURE__ */ text<RequestId>(requestId, "a request id is req_…");
export const Channel = /* @__PURE__ */ text<Channel>(channel, channelRule);
/** A short name given by a producer or client: a step, a thread, a candidate, a message id. */
export const Name = /* @__PURE__ */ text<string>(
  name,
  "a name has 1 to 64 letters, digits or . _ @ : | + = -",
);

/** What the ids begin with that stand in place of people who were erased. */
export const ERASED_PREFIX = "erased-";
/** Ids that no person may have: what happens by itself is by `system`. */
export const isReservedUser = (id: string): boolean => id === "system" || id.startsWith(ERASED_PREFIX);

const fits = (text: string, { pattern, most }: Shape): boolean => text.length <= most && pattern.test(text);

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
/** The recent subjects of a kind: all of them, or those that a principal owns. */
export const listChannel = (kind: string, owner?: Principal): `list:${string}` =>
  owner === undefined ? `list:${kind}` : `list:${kind}/${owner}`;

/** The kind of a subject: what stands before its first `/`. */
export const subjectKind = (subject: Subject): string => subject.slice(0, subject.indexOf("/"));

/** Takes a list's name apart: the kind of its subjects and, where it is of one principal's alone, whose they are. */
export function parseList(name: string): { kind: string; owner?: Principal } {
  const slash = name.indexOf("/");
  if (slash < 0) return { kind: name };
  return { kind: name.slice(0, slash), owner: name.slice(slash + 1) as Principal };
}

/** The kinds that a setting names, parted by commas; `none` stands for not any. Undefined: one of them is no kind. */
export function readKinds(text: string): string[] | undefined {
  const kinds = text.split(",").map((kind) => kind.trim());
  if (kinds.join() === "none") return [];
  return kinds.every((kind) => fits(kind, name)) ? [...new Set(kinds)] : undefined;
}

/** What a channel is kept under. */
export function headOf(channel: Channel): HeadName {
  const { kind, name } = parseChannel(channel);
  return kind === "watch" ? workChannel(name as Subject) : (channel as HeadName);
}

/** The channels that are kept under one name. */
export function channelsOf(head: HeadName): Channel[] {
  const { kind, name } = parseChannel(head);
  return kind === "work" ? [watchChannel(name as Subject), head] : [head];
}

/** The kinds of the channels that are kept under one name. */
export const channelKindsOf = (head: HeadName): ChannelKind[] =>
  channelsOf(head).map((channel) => parseChannel(channel).kind);

/** Takes a channel's name apart; the name is known to be well-formed. */
export function parseChannel(channel: Channel): { kind: ChannelKind; name: string } {
  const colon = channel.indexOf(":");
  return { kind: channel.slice(0, colon) as ChannelKind, name: channel.slice(colon + 1) };
}
