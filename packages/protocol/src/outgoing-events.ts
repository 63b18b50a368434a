import * as z from "zod/mini";
import { Name, RequestId } from "./names.ts";
import { Person, Time } from "./shared-fields.ts";
import { RecordedReply, RequestValue } from "./values.ts";

const { requestId, subject, execution, thread, round } = RequestValue.shape;
/** What each of these events says. */
const About = z.object({
  /** `<requestId>.<n>`, the nth thing that happened to the request: whoever has seen it before has seen this event. */
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
/** Beside that, what it takes to ask somebody who is away: the people who are asked now. */
const Asking = z.extend(About, {
  title,
  prompt,
  lang,
  verbs,
  assignees,
  deadline,
  /** Where it is answered by whoever may; absent where the deployment does not know its pages. */
  link: z.optional(z.string()),
});

const { replyId, verb, candidateId, by, via, digest } = RecordedReply.shape;
/** Beside that, an answer: what it says stays with the execution. `by` is `system` where the deadline answered. */
const Answer = z.extend(About, { replyId, verb, candidateId, by, via, digest });

/**
 * What Callboard tells whoever listens of each question, by type: every event is one thing that happened, as it stands in
 * the ledger. It is put at least once, after any crash, and never carries a task token.
 */
export const outgoingEvents = {
  "Feedback Opened": z.extend(Asking, {
    /** As far as their titles fit 8 KB, else cut. */
    candidates: z.optional(z.array(z.object({ id: Name, title: z.string() }))),
    digest,
  }),
  /** One of those who were asked has it on the screen, for the first time. */
  "Feedback Seen": z.extend(About, { by: Person }),
  "Feedback Reminded": Asking,
  /** Further people are asked. */
  "Feedback Escalated": Asking,
  /** Other people are asked. */
  "Feedback Reassigned": z.extend(Asking, { by: z.optional(Person) }),
  /** The deadline was moved. */
  "Feedback Extended": z.extend(About, { by: z.optional(Person), deadline: Time }),
  "Feedback Answered": Answer,
  /** The execution has the answer. */
  "Feedback Relayed": Answer,
  /** It does not: nobody waited any more; or, `unconfirmed`, nobody can tell. */
  "Feedback Undeliverable": z.extend(Answer, {
    status: z.enum(["undeliverable", "unconfirmed"]),
    reason: z.string(),
  }),
  /** The deadline passed without an answer or a default. */
  "Feedback Expired": About,
  /** The workflow waits no longer. */
  "Feedback Withdrawn": z.extend(About, { reason: z.string() }),
  /** A newer question took its place. */
  "Feedback Superseded": z.extend(About, { supersededBy: RequestId }),
} as const;

export type OutgoingEventType = keyof typeof outgoingEvents;
export const outgoingEventTypes = Object.keys(outgoingEvents) as OutgoingEventType[];

/** An event of these, its detail beside its type. */
export type OutgoingEvent = {
  [T in OutgoingEventType]: { type: T } & z.infer<(typeof outgoingEvents)[T]>;
}[OutgoingEventType];
