import * as z from "zod/mini";
import { Name, RequestId, Subject } from "./names.ts";
import { DefaultReply, Labels, Time, Verb } from "./shared-fields.ts";

/** What a webhook is told of: one question that was put, one that still waits, or several at once. */
export const webhookTypes = ["feedback.asked", "feedback.reminded", "feedback.digest"] as const;
export type WebhookType = (typeof webhookTypes)[number];

/** A candidate of a question. */
export const WebhookCandidate = z.object({
  id: Name,
  /** Who proposed it, where it did not come with the question. */
  source: z.optional(z.string()),
  title: z.string(),
  description: z.optional(z.string()),
  /** An https address of its picture. */
  picture: z.optional(z.string()),
});
export type WebhookCandidate = z.infer<typeof WebhookCandidate>;

/** A question, whole, for one person. Times are milliseconds since the Unix epoch. */
export const WebhookQuestion = z.object({
  requestId: RequestId,
  subject: Subject,
  thread: Name,
  /** It comes back with the reply. */
  round: z.int(),
  /** What the subject is called. */
  title: z.optional(z.string()),
  prompt: z.string(),
  /** The language of the question's words: a BCP 47 tag. */
  lang: z.optional(z.string()),
  /** What stands on the buttons in place of the usual words, by verb. */
  labels: z.optional(Labels),
  verbs: z.array(Verb),
  candidates: z.array(WebhookCandidate),
  /** JSON Schema of an `answer`'s value. */
  schema: z.optional(z.record(z.string(), z.unknown())),
  /** Of all that is shown of it: it comes back with the reply. */
  digest: z.string(),
  askedAt: Time,
  deadline: z.optional(Time),
  /** The reply that the deadline gives when nobody else did. */
  default: z.optional(DefaultReply),
  /** A page on which it can be answered without signing in. */
  link: z.string(),
  /** Where its answer is posted to, as `{token, reply}`. Whoever has the token can answer for the person, until the deadline. */
  answer: z.object({ url: z.string(), token: z.string() }),
});
export type WebhookQuestion = z.infer<typeof WebhookQuestion>;

/** What a webhook is sent, under the scheme of https://www.standardwebhooks.com; whoever reads it passes over other fields. */
export const WebhookBody = z.object({
  type: z.enum(webhookTypes),
  /** When it was sent, in UTC, as ISO 8601 writes it. */
  timestamp: z.iso.datetime(),
  data: z.object({
    /** Whom it is for. */
    user: z.object({ id: z.string(), name: z.string() }),
    /** One, or in a digest several. */
    questions: z.array(WebhookQuestion).check(z.minLength(1)),
    /** How many wait for this person beside these. */
    others: z.int().check(z.nonnegative()),
  }),
});
export type WebhookBody = z.infer<typeof WebhookBody>;
