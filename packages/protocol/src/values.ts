import * as z from "zod/mini";
import { limits } from "./limits.ts";
import { Name, Principal, RequestId, Subject } from "./names.ts";
import {
  DefaultReply,
  Digest,
  Labels,
  Person,
  PictureObject,
  StepState,
  Time,
  TitleValue,
  Verb,
} from "./shared-fields.ts";

export * from "./shared-fields.ts";

const Message = z.string().check(z.maxLength(limits.messageLength));
const Fields = z.record(z.string(), z.unknown());

/** `step/<execution>/<step>`: the progress of a step. `cause` is only in `work:`. */
export const StepValue = z.object({
  execution: z.string(),
  step: Name,
  state: StepState,
  attempt: z.int(),
  percent: z.optional(z.number()),
  message: z.optional(Message),
  startedAt: Time,
  at: Time,
  data: z.optional(Fields),
  cause: z.optional(z.string()),
});
export type StepValue = z.infer<typeof StepValue>;

export const ExecutionState = z.enum(["running", "succeeded", "failed", "timed_out", "aborted"]);
export type ExecutionState = z.infer<typeof ExecutionState>;

/** `execution/<id>`: the state of a run as a whole. `cause` and `arn` are only in `work:`. */
export const ExecutionValue = z.object({
  execution: z.string(),
  state: ExecutionState,
  startedAt: Time,
  endedAt: z.optional(Time),
  /** The step in which it ended, if it did not succeed. */
  step: z.optional(Name),
  message: z.optional(Message),
  data: z.optional(Fields),
  /** How often it was redriven; absent when it never was. */
  redrive: z.optional(z.int().check(z.positive())),
  arn: z.optional(z.string()),
  cause: z.optional(z.string()),
});
export type ExecutionValue = z.infer<typeof ExecutionValue>;

/** `fact/<name>`, for everyone, and `private/<name>`, only for owners: what a producer says about the subject. */
export const FactValue = z.object({
  name: Name,
  /** The fact's label, for people. */
  label: z.optional(z.string().check(z.minLength(1), z.maxLength(limits.labelLength))),
  /** Any JSON except null. */
  value: z.unknown(),
  /** The producer's version: a higher one is newer, in any order of arrival. */
  version: z.optional(z.int().check(z.nonnegative())),
  at: Time,
});
export type FactValue = z.infer<typeof FactValue>;

/** `viewers`: how many connections follow the `watch:` channel. */
export const ViewersValue = z.object({ count: z.int().check(z.nonnegative()) });
export type ViewersValue = z.infer<typeof ViewersValue>;

/** `waiting`: the subject waits for an answer; null when it does not. */
export const WaitingValue = z.object({
  requests: z.record(
    RequestId,
    z.object({ thread: Name, round: z.int(), since: Time, deadline: z.optional(Time) }),
  ),
});
export type WaitingValue = z.infer<typeof WaitingValue>;

/**
 * `candidate/<thread>/<round>/<by>/<id>`: a proposal to choose from, with all other fields that its source gave. `by`
 * distinguishes equal ids: it is the request that the candidate came with, or a short name for the source that proposed
 * it.
 */
export const CandidateValue = z.object({
  thread: Name,
  round: z.int(),
  by: Name,
  id: Name,
  source: z.optional(z.string()),
  title: z.string(),
  description: z.optional(z.string()),
  more: z.optional(Fields),
});
export type CandidateValue = z.infer<typeof CandidateValue>;

/** A stored reply: its content, its author and its time. */
export const RecordedReply = z.extend(DefaultReply, {
  replyId: Name,
  round: z.int(),
  by: Person,
  /** Absent if the default was used at the deadline. */
  via: z.optional(Name),
  /** The digest of the question that was answered. */
  digest: z.optional(Digest),
  at: Time,
});
export type RecordedReply = z.infer<typeof RecordedReply>;

export const RequestState = z.enum([
  "open",
  "answered",
  "relayed",
  "undeliverable",
  "unconfirmed",
  "expired",
  "withdrawn",
  "superseded",
]);
export type RequestState = z.infer<typeof RequestState>;

/** `request/<id>` in `work:`: the complete question. */
export const RequestValue = z.object({
  requestId: RequestId,
  subject: Subject,
  thread: Name,
  round: z.int(),
  /** The title of the subject, as the producer gave it with the question. */
  title: z.optional(z.string()),
  prompt: z.string(),
  /** The language of the question's texts: a BCP 47 tag. */
  lang: z.optional(z.string()),
  labels: z.optional(Labels),
  verbs: z.array(Verb),
  candidates: z.array(Name),
  schema: z.optional(z.unknown()),
  assignees: z.array(Principal),
  maxRounds: z.optional(z.int()),
  execution: z.string(),
  askedAt: Time,
  deadline: z.optional(Time),
  default: z.optional(DefaultReply),
  /** When one of its assignees first had it on the screen, since they were assigned. */
  seenAt: z.optional(Time),
  /** When the assignees were reminded. */
  remindedAt: z.optional(Time),
  /** A reply repeats it, so that people answer only what they saw. */
  digest: z.optional(Digest),
  state: RequestState,
  reply: z.optional(RecordedReply),
  /** Why it was withdrawn or could not be delivered. */
  reason: z.optional(z.string()),
  supersededBy: z.optional(RequestId),
});
export type RequestValue = z.infer<typeof RequestValue>;

/** `request/<id>` in `inbox:`: enough to list it, at most 512 bytes; null when it is closed. */
export const InboxRequestValue = z.object({
  requestId: RequestId,
  subject: Subject,
  thread: Name,
  round: z.int(),
  title: z.optional(z.string()),
  prompt: z.string(),
  lang: z.optional(z.string()),
  askedAt: Time,
  deadline: z.optional(Time),
  remindedAt: z.optional(Time),
});
export type InboxRequestValue = z.infer<typeof InboxRequestValue>;

/** `attending/<request>/<user>` in `work:`: it no longer counts after `until`. */
export const AttendingValue = z.object({
  requestId: RequestId,
  user: Person,
  state: z.enum(["shown", "reviewing"]),
  at: Time,
  until: Time,
});
export type AttendingValue = z.infer<typeof AttendingValue>;

/** `warning/<requestId>` or `warning/<execution>/<thread>` in `work:`: a problem that the owners should fix. */
export const WarningValue = z.object({
  requestId: z.optional(RequestId),
  /** The execution, as in keys. */
  execution: z.optional(z.string()),
  thread: z.optional(Name),
  code: z.enum(["no_deadline", "shared_thread"]),
  message: Message,
});
export type WarningValue = z.infer<typeof WarningValue>;

/** `receipt/<replyId>` in the replier's inbox: what happened to an accepted reply. */
export const ReceiptValue = z.object({
  replyId: Name,
  requestId: RequestId,
  subject: Subject,
  thread: z.optional(Name),
  verb: Verb,
  via: z.optional(Name),
  status: z.enum(["accepted", "relayed", "undeliverable", "unconfirmed"]),
  reason: z.optional(z.string()),
  at: Time,
});
export type ReceiptValue = z.infer<typeof ReceiptValue>;

/** `subject/<subject>` in `list:`: one line of a list. */
export const ListedValue = z.object({
  subject: Subject,
  title: z.optional(TitleValue.shape.title),
  /** The state of its runs: `running` while one is under way, else the end of the last one; absent before the first. */
  state: z.optional(ExecutionState),
  /** Questions that wait for an answer; absent when none does. */
  waiting: z.optional(z.int().check(z.positive())),
  /** The picture that was made for it. */
  object: z.optional(PictureObject),
  /** When the run of `state` began. */
  startedAt: Time,
  /** When any of this last changed. */
  at: Time,
});
export type ListedValue = z.infer<typeof ListedValue>;
