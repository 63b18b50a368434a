import * as z from "zod/mini";
import { Name, RequestId } from "./names.ts";
import { Person, Time } from "./shared-fields.ts";
import { RecordedReply, RequestValue } from "./values.ts";

const { requestId, subject, execution, thread, round } = RequestValue.shape;
/** The fields of all these events. */
const About = z.object({
  /**
   * `<requestId>.<n>` for the nth thing that happened to the request. A receiver that has it already got the event
   * twice.
   */
  eventId: z.string(),
  requestId,
  subject,
  execution,
  thread,
  round,
  /** When it happened. */
  at: Time,
});

const { title, prompt, lang, verbs, assignees, deadline } = RequestValue.shape;
/** Adds the fields with which a receiver can notify the people who are asked now. */
const Asking = z.extend(About, {
  title,
  prompt,
  lang,
  verbs,
  assignees,
  deadline,
  /**
   * The page where people with the right to it can answer; absent if the deployment does not know the address of its
   * pages.
   */
  link: z.optional(z.string()),
});

const { replyId, verb, candidateId, by, via, digest } = RecordedReply.shape;
/**
 * Adds an answer's fields, without its content, which only the execution gets. `by` is `system` if the default was used
 * at the deadline.
 */
const Answer = z.extend(About, { replyId, verb, candidateId, by, via, digest });

/**
 * The events that Callboard puts on the bus about each question, by type. Every event is one thing that happened, as it
 * is in the ledger. Each is put at least once, even after a crash, and never contains a task token.
 */
export const outgoingEvents = {
  "Feedback Opened": z.extend(Asking, {
    /** As many as fit in 8 KB; titles are cut if needed. */
    candidates: z.optional(z.array(z.object({ id: Name, title: z.string() }))),
    digest,
  }),
  /** One of the assignees has it on the screen, for the first time. */
  "Feedback Seen": z.extend(About, { by: Person }),
  "Feedback Reminded": Asking,
  /** Further people are asked. */
  "Feedback Escalated": Asking,
  /** Other people are asked. */
  "Feedback Reassigned": z.extend(Asking, { by: z.optional(Person) }),
  /** The deadline was moved. */
  "Feedback Extended": z.extend(About, { by: z.optional(Person), deadline: Time }),
  "Feedback Answered": Answer,
  /** The execution has received the answer. */
  "Feedback Relayed": Answer,
  /**
   * The execution has not received it, because it no longer waited; `unconfirmed`: it is not known whether it has
   * received it.
   */
  "Feedback Undeliverable": z.extend(Answer, {
    status: z.enum(["undeliverable", "unconfirmed"]),
    reason: z.string(),
  }),
  /** The deadline passed without an answer or a default. */
  "Feedback Expired": About,
  /** The workflow no longer waits. */
  "Feedback Withdrawn": z.extend(About, { reason: z.string() }),
  /** A newer question took its place. */
  "Feedback Superseded": z.extend(About, { supersededBy: RequestId }),
} as const;

export type OutgoingEventType = keyof typeof outgoingEvents;
export const outgoingEventTypes = Object.keys(outgoingEvents) as OutgoingEventType[];

/** One of these events: its type and the fields of its detail. */
export type OutgoingEvent = {
  [T in OutgoingEventType]: { type: T } & z.infer<(typeof outgoingEvents)[T]>;
}[OutgoingEventType];
