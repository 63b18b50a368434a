import * as z from "zod/mini";

/** Who: `user/<id>`, `role/<id>`, or `system`, which answers when a deadline passes. */
export type Principal = `user/${string}` | `role/${string}`;
/** What it is about, chosen by the producer: `video/v_1`. */
export type Subject = string;
/** A map that people follow: progress for all, work for owners, an inbox for one principal. */
export type Channel = `watch:${string}` | `work:${string}` | `inbox:${string}`;
export type ChannelKind = "watch" | "work" | "inbox";
export type RequestId = `req_${string}`;

/** A string schema whose type is narrower than `string`. */
function text<T extends string>(pattern: RegExp, most: number, what: string): z.ZodMiniType<T, string> {
  return z
    .string({ error: what })
    .check(z.maxLength(most, what), z.regex(pattern, what)) as unknown as z.ZodMiniType<T, string>;
}

const principalPattern = /^(user|role)\/[\w.@:|+=-]{1,128}$/;
const subjectPattern = /^[\w.@:|+=-]+(\/[\w.@:|+=-]+)+$/;

export const Principal = text<Principal>(principalPattern, 140, "a principal is user/<id> or role/<id>");
export const Subject = text<Subject>(subjectPattern, 200, "a subject is <kind>/<id>, such as video/v_1");
export const RequestId = text<RequestId>(/^req_[0-9a-z]{10,64}$/, 68, "a request id is req_…");
export const Channel = text<Channel>(
  /^((watch|work):[\w.@:|+=-]+(\/[\w.@:|+=-]+)+|inbox:(user|role)\/[\w.@:|+=-]{1,128})$/,
  210,
  "a channel is watch:<subject>, work:<subject> or inbox:<principal>",
);
/** A short name given by a producer or client: a step, a thread, a candidate, a message id. */
export const Name = text<string>(
  /^[\w.@:|+=-]{1,64}$/,
  64,
  "a name has 1 to 64 letters, digits or . _ @ : | + = -",
);

export const watchChannel = (subject: Subject): Channel => `watch:${subject}`;
export const workChannel = (subject: Subject): Channel => `work:${subject}`;
export const inboxChannel = (principal: Principal): Channel => `inbox:${principal}`;

/** Takes a channel's name apart; the name is known to be well-formed. */
export function parseChannel(channel: Channel): { kind: ChannelKind; name: string } {
  const colon = channel.indexOf(":");
  return { kind: channel.slice(0, colon) as ChannelKind, name: channel.slice(colon + 1) };
}
