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
  visibleText,
} from "./event-fields.ts";
import { limits } from "./limits.ts";
import { Channel, Name, RequestId, Subject } from "./names.ts";
import type { OutgoingEvent } from "./outgoing-events.ts";
import { DefaultReply, StepState } from "./shared-fields.ts";

/** The source of every event that Callboard itself puts. */
export const SOURCE = "callboard";

/** An event as EventBridge delivers it: the fields that Callboard reads. */
export const BusEvent = z.object({
  id: z.string(),
  source: z.string(),
  "detail-type": z.string(),
  /** When it was put on the bus, in whole seconds. */
  time: EventTime,
  /** The account that put it; EventBridge sets it. */
  account: z.optional(z.string()),
  resources: z.optional(z.array(z.string())),
  detail: z.record(z.string(), z.unknown()),
});
export type BusEvent = z.infer<typeof BusEvent>;

/**
 * A bus event that Callboard cannot accept, even if it is sent again. The message names the field. It is kept with the
 * event among the dead letters, so it never repeats the event's content.
 */
export class BadEvent extends Error {
  override readonly name = "BadEvent";
}

export const ProgressReported = z.object({
  subject: Subject,
  /** `execution` stands for the execution as a whole; any other name is a step of it. */
  step: Name,
  state: StepState,
  at: Moment,
  attempt: maybe(Attempt),
  percent: decoration(Percent),
  /** The title of the subject, for people; it becomes the item `title`. */
  title: decoration(visibleText(limits.titleLength)),
  /** A plain text for everyone. */
  message: decoration(cut(limits.messageLength)),
  /** For everyone. `title`, `avatar` and `media` in it become items of their own. */
  data: decoration(Data),
  /** Why it failed, for owners only. */
  cause: decoration(Cause),
  owners: maybe(Owners),
  execution: maybe(Execution),
});
export type ProgressReported = z.infer<typeof ProgressReported>;

/** Something that a producer says about a subject; the value null removes it. */
const Fact = z.object({
  name: Name,
  value: small(
    z.unknown().check(z.refine((value) => value !== undefined, { error: "null removes a fact" })),
    limits.factBytes,
  ),
  /** The fact's label, for people. */
  label: decoration(visibleText(limits.labelLength)),
  /** Of two values with the same name, the one with the higher version is newer; without versions, the later one. */
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
  /** Who sees them: everyone, or only the owners. Default: only the owners. */
  visibility: maybe(z.enum(["everyone", "owners"])),
  facts: Facts,
  owners: maybe(Owners),
});
export type FactsSet = z.infer<typeof FactsSet>;

/** A proposal to choose from. Other fields than these are kept and shown as they are, unless they are too large. */
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
  /** The source of the proposals, as people read it. */
  source: maybe(Source),
  candidates: Candidates,
});
export type CandidatesProposed = z.infer<typeof CandidatesProposed>;

/** `[redriveCount, round, retryCount]`, compared number by number. */
const Order = z.array(z.int().check(z.nonnegative())).check(z.length(3));

/** Its `source` names the source of a candidate, so it is cut in the same way. */
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
    /** `[redriveCount, round, retryCount]`: of the requests of one thread, the one with the highest order is open. */
    order: maybe(Order),
    taskToken: z.string().check(z.minLength(1), z.maxLength(limits.taskTokenLength)),
    execution: maybe(Execution),
    timeoutSeconds: maybe(Seconds),
    /** The time to answer, if it is shorter than the timeout of the state. */
    deadlineSeconds: maybe(Seconds),
    heartbeatSeconds: maybe(Seconds),
    /** The title of the subject, for people; it becomes the item `title`. */
    title: decoration(visibleText(limits.titleLength)),
    prompt: visibleText(limits.promptLength),
    /** The language of the question's texts: a BCP 47 tag. */
    lang: decoration(Lang),
    /** The texts of the buttons, in place of the usual ones. */
    labels: decoration(Labels),
    verbs: Verbs,
    candidates: maybe(Candidates),
    /** JSON Schema of an `answer`'s value. */
    schema: maybe(small(z.record(z.string(), z.unknown()), limits.replyValueBytes)),
    assignees: Assignees,
    maxRounds: maybe(Round),
    remindAfterSeconds: maybe(Seconds),
    /** If none of the assignees has opened it by then, they are notified by mail or webhook. */
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
  /** The order of the question that it closes: a newer question of the thread stays. */
  order: maybe(Order),
  execution: maybe(Execution),
});
export type FeedbackClosed = z.infer<typeof FeedbackClosed>;

/** A field that does not apply: null, or an empty text if an input transformer found nothing. */
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
  /** How many times it was redriven, and when last. */
  redriveCount: z.optional(z.union([z.int().check(z.nonnegative()), absent])),
  redriveDate: z.optional(z.union([Moment, absent])),
});
export type ExecutionStatusChanged = z.infer<typeof ExecutionStatusChanged>;

/** A part of a push to a large number of followers. */
export const FanOutPage = z.object({
  channel: Channel,
  /** The part of the followers: each part has its own sweep, from 0. */
  sweep: z.int().check(z.nonnegative()),
});
export type FanOutPage = z.infer<typeof FanOutPage>;

/**
 * The events that workflows put on the bus: each `detail-type` with the schema of its detail. Rules, policies and
 * handlers are generated from this table.
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

const RequestVersion = z.object({ requestId: RequestId, version: z.int() });
const RequestOnly = z.object({ requestId: RequestId });

/** The events that Callboard's functions put on the bus for each other, by type; none contains a task token. */
export const innerEvents = {
  "Request Changed": RequestVersion,
  "Reply Accepted": z.object({ requestId: RequestId, replyId: Name }),
  "Request Due": RequestOnly,
  "Attention Changed": RequestOnly,
  "Audience Due": z.object({ channel: Channel }),
  "Fan-out Page": FanOutPage,
  "Notice Due": RequestOnly,
  "Address Claimed": z.object({ person: z.string() }),
  "Turn Changed": RequestVersion,
} as const;

export type InnerEventType = keyof typeof innerEvents;
export const innerEventTypes = Object.keys(innerEvents) as InnerEventType[];

/** The detail of an event from one of Callboard's functions to another. */
export type InnerEvent<T extends InnerEventType> = z.infer<(typeof innerEvents)[T]>;

/** An event that Callboard puts: its type and the fields of its detail. */
export type OutEvent = { [T in InnerEventType]: { type: T } & InnerEvent<T> }[InnerEventType] | OutgoingEvent;
