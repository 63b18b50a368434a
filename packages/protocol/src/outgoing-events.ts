import * as z from "zod/mini";
import { Name, Principal, RequestId, Subject } from "./names.ts";
import { Digest, Person, Time, Verb } from "./shared-fields.ts";

/** What each of these events says. */
const About = z.object({
  /** `<requestId>.<n>`, the nth thing that happened to the request: whoever has seen it before has seen this event. */
  eventId: z.string(),
  requestId: RequestId,
  subject: Subject,
  execution: z.string(),
  thread: Name,
  round: z.int(),
  /** When it happened. */
  at: Time,
});

/** Beside that, what it takes to ask somebody who is away. */
const Asking = z.extend(About, {
  /** What the subject is called. */
  title: z.optional(z.string()),
  prompt: z.string(),
  /** The language of the question's words. */
  lang: z.optional(z.string()),
  verbs: z.array(Verb),
  /** Who is asked now. */
  assignees: z.array(Principal),
  deadline: z.optional(Time),
  /** Where it is answered by whoever may; absent where the deployment does not know its pages. */
  link: z.optional(z.string()),
});

/** Beside that, an answer: what it says stays with the execution. */
const Answer = z.extend(About, {
  replyId: Name,
  verb: Verb,
  candidateId: z.optional(Name),
  /** `system` where the deadline answered. */
  by: Person,
  via: z.optional(Name),
  digest: z.optional(Digest),
});

/**
 * What Callboard tells whoever listens of each question, by type: every event is one thing that happened, as it stands in
 * the ledger. It is put at least once, after any crash, and never carries a task token.
 */
export const outgoingEvents = {
  "Feedback Opened": z.extend(Asking, {
    /** As far as their titles fit 8 KB, else cut. */
    candidates: z.optional(z.array(z.object({ id: Name, title: z.string() }))),
    digest: z.optional(Digest),
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
