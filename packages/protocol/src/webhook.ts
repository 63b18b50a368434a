import * as z from "zod/mini";
import { Person } from "./shared-fields.ts";
import { CandidateValue, RequestValue } from "./values.ts";

/** What a webhook is notified of: a new question, a reminder of one, or several questions at once. */
export const webhookTypes = ["feedback.asked", "feedback.reminded", "feedback.digest"] as const;
export type WebhookType = (typeof webhookTypes)[number];

/** A candidate of a question; `source` is who proposed it, if it did not come with the question. */
export const WebhookCandidate = z.extend(
  z.pick(CandidateValue, { id: true, source: true, title: true, description: true }),
  {
    /** The https address of its picture. */
    picture: z.optional(z.string()),
  },
);
export type WebhookCandidate = z.infer<typeof WebhookCandidate>;

/** A complete question for one person. Times are milliseconds since the Unix epoch. */
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
    /** Identifies everything that is shown of the question; a reply repeats it, and `round` too. */
    digest: z.string(),
    /** A page where it can be answered without signing in. */
    link: z.string(),
    /**
     * Where to post its answer, as `{token, reply}`. Whoever has the token can answer in this person's name until the
     * deadline.
     */
    answer: z.object({ url: z.string(), token: z.string() }),
  },
);
export type WebhookQuestion = z.infer<typeof WebhookQuestion>;

/**
 * The body of a webhook's post, under the scheme of https://www.standardwebhooks.com. Receivers must ignore fields that
 * they do not know.
 */
export const WebhookBody = z.object({
  type: z.enum(webhookTypes),
  /** When it was sent, as ISO 8601 in UTC. */
  timestamp: z.iso.datetime(),
  data: z.object({
    /** The person who is notified. */
    user: Person,
    /** One question; in a digest, several. */
    questions: z.array(WebhookQuestion).check(z.minLength(1)),
    /** How many other questions wait for this person. */
    others: z.int().check(z.nonnegative()),
  }),
});
export type WebhookBody = z.infer<typeof WebhookBody>;
