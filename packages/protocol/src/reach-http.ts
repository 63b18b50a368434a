import * as z from "zod/mini";
import { doorToken } from "./answer-link.ts";
import { ReplyBody } from "./messages.ts";
import { DoorName, Person, Time } from "./shared-fields.ts";
import { CandidateValue, RequestValue } from "./values.ts";

/**
 * The routes for people who were told elsewhere, who need not sign in: they send the token that came with what they were
 * told. None of them is a GET, so that nothing happens because a link is opened.
 */
export const answerRoutes = {
  viewAnswer: { method: "POST", path: "/answers/view" },
  giveAnswer: { method: "POST", path: "/answers" },
  /** As mail clients do it by one click (RFC 8058): the token turns one door off for one person. */
  unsubscribe: { method: "POST", path: "/unsubscribe/{token}" },
} as const;
export type AnswerOperation = keyof typeof answerRoutes;

/** The routes by which people say how they are reached. */
export const settingsRoutes = {
  readSettings: { method: "GET", path: "/settings" },
  changeSettings: { method: "POST", path: "/settings" },
  confirmAddress: { method: "POST", path: "/settings/address" },
} as const;
export type SettingsOperation = keyof typeof settingsRoutes;

export const DoorToken = z.string().check(z.regex(doorToken, "the token of a link"));

export const ViewAnswer = z.object({ token: DoorToken });
export type ViewAnswer = z.infer<typeof ViewAnswer>;

/** What answers it: the question whole, also once it is closed, and in whose name it would be answered. */
export const AnswerView = z.object({
  request: RequestValue,
  candidates: z.array(CandidateValue),
  as: Person,
  door: DoorName,
  serverTime: Time,
});
export type AnswerView = z.infer<typeof AnswerView>;

/** Answered by a `ReplyReceipt`. */
export const GiveAnswer = z.object({ token: DoorToken, reply: ReplyBody });
export type GiveAnswer = z.infer<typeof GiveAnswer>;

/** The languages in which people are told. */
export const NoticeLanguage = z.enum(["en", "ja"]);
export type NoticeLanguage = z.infer<typeof NoticeLanguage>;
/** Why a door stands still: its address takes nothing, somebody calls it spam, or its target will never take any. */
export const PauseReason = z.enum(["bounced", "complained", "refused"]);
export type PauseReason = z.infer<typeof PauseReason>;
const TimeOfDay = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of the day, such as 22:00"));
const Quiet = z.object({ from: TimeOfDay, to: TimeOfDay });
const Paused = z.object({ reason: PauseReason, at: Time });

/** How the caller is reached. Secrets of a webhook are shown once, in the answer to what made them. */
export const ReachSettings = z.object({
  mail: z.object({
    on: z.boolean(),
    /** Absent while none is known. */
    address: z.optional(z.string()),
    /** Where the address is from, and whether it is used. */
    state: z.enum(["none", "issuer", "unconfirmed", "confirmed"]),
    paused: z.optional(Paused),
  }),
  webhook: z.object({
    on: z.boolean(),
    url: z.optional(z.string()),
    paused: z.optional(Paused),
    /** `whsec_…`, in the answer to the change that made it. */
    secret: z.optional(z.string()),
  }),
  lang: NoticeLanguage,
  zone: z.string(),
  quiet: z.optional(Quiet),
});
export type ReachSettings = z.infer<typeof ReachSettings>;

/** What is to be changed; what is absent stays, null takes away what was chosen. */
export const ChangeSettings = z.object({
  mail: z.optional(
    z.object({
      on: z.optional(z.boolean()),
      address: z.optional(z.nullable(z.string().check(z.maxLength(254)))),
    }),
  ),
  webhook: z.optional(
    z.object({
      on: z.optional(z.boolean()),
      url: z.optional(z.nullable(z.string().check(z.maxLength(1000)))),
      /** Makes another secret; the one before it signs beside it until this is said again. */
      newSecret: z.optional(z.literal(true)),
    }),
  ),
  lang: z.optional(z.nullable(NoticeLanguage)),
  zone: z.optional(z.nullable(z.string().check(z.maxLength(60)))),
  quiet: z.optional(z.nullable(Quiet)),
});
export type ChangeSettings = z.infer<typeof ChangeSettings>;

/** The code of six digits that was sent to an address of one's own. */
export const ConfirmAddress = z.object({ code: z.string().check(z.regex(/^\d{6}$/, "six digits")) });
export type ConfirmAddress = z.infer<typeof ConfirmAddress>;
