import * as z from "zod/mini";
import { Person } from "./shared-fields.ts";
import { CandidateValue, RequestValue } from "./values.ts";

/** What a webhook is told of: one question that was put, one that still waits, or several at once. */
export const webhookTypes = ["feedback.asked", "feedback.reminded", "feedback.digest"] as const;
export type WebhookType = (typeof webhookTypes)[number];

/** A candidate of a question; `source` is who proposed it, where it did not come with the question. */
export const WebhookCandidate = z.extend(
  z.pick(CandidateValue, { id: true, source: true, title: true, description: true }),
  {
    /** An https address of its picture. */
    picture: z.optional(z.string()),
  },
);
export type WebhookCandidate = z.infer<typeof WebhookCandidate>;

/** A question, whole, for one person. Times are milliseconds since the Unix epoch. */
export const WebhookQuestion = z.extend(
  z.pick(RequestValue, {
    requestId: true,
    subject: true,
    thread: true,
    round: true,
    title: true,
    prompt: true,
    lang: true,
    labels: true,
    verbs: true,
    askedAt: true,
    deadline: true,
    default: true,
  }),
  {
    candidates: z.array(WebhookCandidate),
    /** JSON Schema of an `answer`'s value. */
    schema: z.optional(z.record(z.string(), z.unknown())),
    /** Of all that is shown of it: it comes back with the reply, and so does `round`. */
    digest: z.string(),
    /** A page on which it can be answered without signing in. */
    link: z.string(),
    /** Where its answer is posted to, as `{token, reply}`. Whoever has the token can answer for the person, until the deadline. */
    answer: z.object({ url: z.string(), token: z.string() }),
  },
);
export type WebhookQuestion = z.infer<typeof WebhookQuestion>;

/** What a webhook is sent, under the scheme of https://www.standardwebhooks.com; whoever reads it passes over other fields. */
export const WebhookBody = z.object({
  type: z.enum(webhookTypes),
  /** When it was sent, in UTC, as ISO 8601 writes it. */
  timestamp: z.iso.datetime(),
  data: z.object({
    /** Whom it is for. */
    user: Person,
    /** One, or in a digest several. */
    questions: z.array(WebhookQuestion).check(z.minLength(1)),
    /** How many wait for this person beside these. */
    others: z.int().check(z.nonnegative()),
  }),
});
export type WebhookBody = z.infer<typeof WebhookBody>;
