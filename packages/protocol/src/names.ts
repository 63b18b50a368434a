import * as z from "zod/mini";
import {
  channel,
  channelRule,
  type NameForm,
  name,
  principal,
  principalRule,
  requestId,
  subject,
} from "./name-forms.ts";

/** A person or a role: `user/<id>` or `role/<id>`. */
export type Principal = `user/${string}` | `role/${string}`;
/** What a workflow works on, as its producer names it: a kind and an id, such as `video/v_1`. */
export type Subject = `${string}/${string}`;
/**
 * A map that clients follow: progress for all, work for owners, an inbox for one principal, a list of recent subjects.
 */
export type Channel = `watch:${Subject}` | `work:${Subject}` | `inbox:${Principal}` | `list:${string}`;
export type ChannelKind = "watch" | "work" | "inbox" | "list";
/**
 * The name under which an inbox, a list, or both channels of a subject are stored; for a subject, that of its `work:`
 * channel.
 */
export type HeadName = Exclude<Channel, `watch:${string}`>;
export type RequestId = `req_${string}`;

/** A string schema whose type is narrower than `string`. */
function text<T extends string>({ pattern, maxLength }: NameForm, what: string): z.ZodMiniType<T, string> {
  return z
    .string({ error: what })
    .check(z.maxLength(maxLength, what), z.regex(pattern, what)) as unknown as z.ZodMiniType<T, string>;
}

// Marked as pure, so that a bundle that uses none of the schemas does not contain the schema library.
export const Principal = /* @__PURE__ */ text<Principal>(principal, principalRule);
export const Subject = /* @__PURE__ */ text<Subject>(subject, "a subject is <kind>/<id>, such as video/v_1");
export const RequestId = /* @__PURE__ */ text<RequestId>(requestId, "a request id is req_…");
export const Channel = /* @__PURE__ */ text<Channel>(channel, channelRule);
/** A short name given by a producer or client: a step, a thread, a candidate, a message id. */
export const Name = /* @__PURE__ */ text<string>(
  name,
  "a name has 1 to 64 letters, digits or . _ @ : | + = -",
);
