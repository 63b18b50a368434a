import * as z from "zod/mini";
import {
  Assignees,
  Attempt,
  Cause,
  cut,
  Data,
  decoration,
  EventTime,
  Execution,
  fitted,
  Labels,
  Lang,
  Moment,
  maybe,
  Owners,
  Percent,
  Seconds,
  Source,
  small,
  Title,
  Verbs,
  words,
} from "./event-fields.ts";
import { limits } from "./limits.ts";
import { Channel, Name, RequestId, Subject } from "./names.ts";
import type { OutgoingEvent } from "./outgoing-events.ts";
import { DefaultReply, StepState } from "./shared-fields.ts";

/** The source of every event that Callboard itself puts. */
export const SOURCE = "callboard";

/** An event as EventBridge delivers it, as far as Callboard reads it. */
export const BusEvent = z.object({
  id: z.string(),
  source: z.string(),
  "detail-type": z.string(),
  /** When it was put, to the second. */
  time: EventTime,
  /** The account of whoever put it, which EventBridge itself writes. */
  account: z.optional(z.string()),
  resources: z.optional(z.array(z.string())),
  detail: z.record(z.string(), z.unknown()),
});
export type BusEvent = z.infer<typeof BusEvent>;

/**
 * A bus event that Callboard cannot take, whoever sends it again. The message names the field; it goes to the dead
 * letters with the event, so it never repeats what the event holds.
 */
export class BadEvent extends Error {
  override readonly name = "BadEvent";
}

export const ProgressReported = z.object({
  subject: Subject,
  /** `execution` speaks of the execution as a whole; any other name is a step of it. */
  step: Name,
  state: StepState,
  at: Moment,
  attempt: maybe(Attempt),
  percent: decoration(Percent),
  /** What the subject is called, for people; it becomes the item `title`. */
  title: decoration(words(limits.titleLength)),
  /** Plain words, for everyone. */
  message: decoration(cut(limits.messageLength)),
  /** For everyone. `title`, `avatar` and `media` in it become items of their own. */
  data: decoration(Data),
  /** Why it failed, for the owners alone. */
  cause: decoration(Cause),
  owners: maybe(Owners),
  execution: maybe(Execution),
});
export type ProgressReported = z.infer<typeof ProgressReported>;

/** Something that is true of a subject, as its producer says; the value null says that it is no more. */
const Fact = z.object({
  name: Name,
  value: small(
    z.unknown().check(z.refine((value) => value !== undefined, { error: "null takes a fact away" })),
    limits.factBytes,
  ),
  /** What it is called, for people. */
  label: decoration(words(limits.labelLength)),
  /** Of two that say something of one name the higher one is newer; without one, the later one is. */
  version: maybe(z.int().check(z.nonnegative())),
});
const Facts = z.array(Fact).check(
  z.minLength(1),
  z.maxLength(limits.factsPerEvent),
  z.refine((all) => new Set(all.map(({ name }) => name)).size === all.length, {
    error: "two have the same name",
  }),
);

export const FactsSet = z.object({
  subject: Subject,
  at: Moment,
  /** Who sees them: everyone, or the owners alone, which is what is meant where it is not said. */
  visibility: maybe(z.enum(["everyone", "owners"])),
  facts: Facts,
  owners: maybe(Owners),
});
export type FactsSet = z.infer<typeof FactsSet>;

/** A proposal to choose from; fields beyond these are kept and shown as they are, unless they are too much. */
export const Candidate = z.pipe(
  z.looseObject({
    id: Name,
    title: Title,
    description: decoration(cut(limits.descriptionLength)),
  }),
  z.transform(
    (candidate) =>
      fitted(candidate, ["id", "title", "description"], limits.candidateBytes) as typeof candidate,
  ),
);
export type Candidate = z.infer<typeof Candidate>;
const Candidates = z.array(Candidate).check(
  z.maxLength(limits.candidatesPerEvent),
  z.refine((all) => new Set(all.map(({ id }) => id)).size === all.length, { error: "two have the same id" }),
);
const Round = z.int().check(z.minimum(1), z.maximum(limits.rounds));

export const CandidatesProposed = z.object({
  subject: Subject,
  thread: Name,
  round: Round,
  /** Who proposes, as people shall read it. */
  source: maybe(Source),
  candidates: Candidates,
});
export type CandidatesProposed = z.infer<typeof CandidatesProposed>;

/** `[redriveCount, round, retryCount]`, compared place by place. */
const Order = z.array(z.int().check(z.nonnegative())).check(z.length(3));

/** A default is found by the names that candidates were given, so its words are cut as theirs are. */
const Default = z.extend(DefaultReply, {
  candidateId: maybe(Name),
  source: maybe(Source),
  comment: decoration(cut(limits.commentLength)),
});

export const FeedbackRequested = z
  .object({
    subject: Subject,
    thread: Name,
    round: Round,
    /** `[redriveCount, round, retryCount]`: of the requests of one thread the highest is open. */
    order: maybe(Order),
    taskToken: z.string().check(z.minLength(1), z.maxLength(limits.taskTokenLength)),
    execution: maybe(Execution),
    timeoutSeconds: maybe(Seconds),
    /** To answer in, when that is less than the state waits. */
    deadlineSeconds: maybe(Seconds),
    heartbeatSeconds: maybe(Seconds),
    /** What the subject is called, for people; it becomes the item `title`. */
    title: decoration(words(limits.titleLength)),
    prompt: words(limits.promptLength),
    /** The language of the question's words: a BCP 47 tag. */
    lang: decoration(Lang),
    /** What stands on the buttons in place of the usual words. */
    labels: decoration(Labels),
    verbs: Verbs,
    candidates: maybe(Candidates),
    /** JSON Schema of an `answer`'s value. */
    schema: maybe(small(z.record(z.string(), z.unknown()), limits.replyValueBytes)),
    assignees: Assignees,
    maxRounds: maybe(Round),
    remindAfterSeconds: maybe(Seconds),
    /** Those who were asked are told by mail or webhook if none of them has opened it by then. */
    notifyAfterSeconds: maybe(Seconds),
    escalate: maybe(z.object({ afterSeconds: Seconds, to: Assignees })),
    default: maybe(small(Default, limits.replyValueBytes)),
  })
  .check(
    z.refine((request) => !request.default || request.verbs.includes(request.default.verb), {
      path: ["default", "verb"],
      error: "not among the verbs",
    }),
  );
export type FeedbackRequested = z.infer<typeof FeedbackRequested>;

export const FeedbackClosed = z.object({
  subject: Subject,
  thread: Name,
  reason: cut(limits.messageLength),
  /** That of the question it closes: a newer one of the thread stays. */
  order: maybe(Order),
  execution: maybe(Execution),
});
export type FeedbackClosed = z.infer<typeof FeedbackClosed>;

/** What does not apply is null, or an empty text where an input transformer found nothing. */
const absent = z.pipe(
  z.union([z.null(), z.literal("")]),
  z.transform(() => undefined),
);

export const ExecutionStatusChanged = z.object({
  executionArn: Execution,
  name: z.string(),
  status: z.enum(["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]),
  startDate: Moment,
  stopDate: z.nullish(Moment),
  error: z.nullish(z.string()),
  cause: z.nullish(z.string()),
  /** How often it was redriven by then, and when it last was. */
  redriveCount: z.optional(z.union([z.int().check(z.nonnegative()), absent])),
  redriveDate: z.optional(z.union([Moment, absent])),
});
export type ExecutionStatusChanged = z.infer<typeof ExecutionStatusChanged>;

/** A large audience is to be posted what is due to it. */
export const FanOutPage = z.object({
  channel: Channel,
  /** Which part of the audience: each has a sweep of its own, from 0. */
  sweep: z.int().check(z.nonnegative()),
});
export type FanOutPage = z.infer<typeof FanOutPage>;

/**
 * What workflows put on the bus: each type, as the event's `detail-type` has it, with the schema of its detail. Rules,
 * policies and handlers are made of this table.
 */
export const workflowEvents = {
  "Progress Reported": ProgressReported,
  "Facts Set": FactsSet,
  "Candidates Proposed": CandidatesProposed,
  "Feedback Requested": FeedbackRequested,
  "Feedback Closed": FeedbackClosed,
} as const;
export type WorkflowEventType = keyof typeof workflowEvents;
export const workflowEventTypes = Object.keys(workflowEvents) as WorkflowEventType[];

const MovedOn = z.object({ requestId: RequestId, version: z.int() });
const OfRequest = z.object({ requestId: RequestId });

/** What Callboard's functions put on the bus for one another, by type; none of it carries a task token. */
export const innerEvents = {
  "Request Changed": MovedOn,
  "Reply Accepted": z.object({ requestId: RequestId, replyId: Name }),
  "Request Due": OfRequest,
  "Attention Changed": OfRequest,
  "Audience Due": z.object({ channel: Channel }),
  "Fan-out Page": FanOutPage,
  "Notice Due": OfRequest,
  "Address Claimed": z.object({ person: z.string() }),
  "Turn Changed": MovedOn,
} as const;

export type InnerEventType = keyof typeof innerEvents;
export const innerEventTypes = Object.keys(innerEvents) as InnerEventType[];

/** The detail of an event that one of Callboard's functions has for another. */
export type InnerEvent<T extends InnerEventType> = z.infer<(typeof innerEvents)[T]>;

/** An event that Callboard puts, its detail beside its type. */
export type OutEvent = { [T in InnerEventType]: { type: T } & InnerEvent<T> }[InnerEventType] | OutgoingEvent;
