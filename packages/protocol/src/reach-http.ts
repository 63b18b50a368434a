import * as z from "zod/mini";
import { doorToken } from "./answer-link.ts";
import { ReplyBody } from "./messages.ts";
import { DoorName, Person, Time } from "./shared-fields.ts";
import { CandidateValue, RequestValue } from "./values.ts";

/**
 * The routes for people who were notified by mail or webhook, who need not sign in: they send the token from the
 * notice. None of them is a GET, so that opening a link changes nothing.
 */
export const answerRoutes = {
  viewAnswer: { method: "POST", path: "/answers/view" },
  giveAnswer: { method: "POST", path: "/answers" },
  /** One-click unsubscribe of mail clients (RFC 8058): the token turns one door off for one person. */
  unsubscribe: { method: "POST", path: "/unsubscribe/{token}" },
} as const;
export type AnswerOperation = keyof typeof answerRoutes;

/** The routes by which people set how they are reached. */
export const settingsRoutes = {
  readSettings: { method: "GET", path: "/settings" },
  changeSettings: { method: "POST", path: "/settings" },
  confirmAddress: { method: "POST", path: "/settings/address" },
} as const;
export type SettingsOperation = keyof typeof settingsRoutes;

export const DoorToken = z.string().check(z.regex(doorToken, "the token of a link"));

export const ViewAnswer = z.object({ token: DoorToken });
export type ViewAnswer = z.infer<typeof ViewAnswer>;

/** The answer: the complete question, even after it was closed, and the person in whose name it is answered. */
export const AnswerView = z.object({
  request: RequestValue,
  candidates: z.array(CandidateValue),
  as: Person,
  door: DoorName,
  serverTime: Time,
});
export type AnswerView = z.infer<typeof AnswerView>;

/** Answered with a `ReplyReceipt`. */
export const GiveAnswer = z.object({ token: DoorToken, reply: ReplyBody });
export type GiveAnswer = z.infer<typeof GiveAnswer>;

/** The languages of notices. */
export const NoticeLanguage = z.enum(["en", "ja"]);
export type NoticeLanguage = z.infer<typeof NoticeLanguage>;
/** Why a door is paused: mail to its address bounced, its reader reported spam, or its target refuses every notice. */
export const PauseReason = z.enum(["bounced", "complained", "refused"]);
export type PauseReason = z.infer<typeof PauseReason>;
const TimeOfDay = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of the day, such as 22:00"));
const Quiet = z.object({ from: TimeOfDay, to: TimeOfDay });
const Paused = z.object({ reason: PauseReason, at: Time });

/** How the caller is reached. A webhook's secret is shown once, in the answer to the change that created it. */
export const ReachSettings = z.object({
  mail: z.object({
    on: z.boolean(),
    /** Absent if none is known. */
    address: z.optional(z.string()),
    /** The origin of the address, and whether it is confirmed. */
    state: z.enum(["none", "issuer", "unconfirmed", "confirmed"]),
    paused: z.optional(Paused),
  }),
  webhook: z.object({
    on: z.boolean(),
    url: z.optional(z.string()),
    paused: z.optional(Paused),
    /** `whsec_…`, only in the answer to the change that created it. */
    secret: z.optional(z.string()),
  }),
  lang: NoticeLanguage,
  zone: z.string(),
  quiet: z.optional(Quiet),
});
export type ReachSettings = z.infer<typeof ReachSettings>;

/** The requested changes: absent fields stay as they are, null removes a choice. */
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
      /** Creates another secret. Posts are signed with the previous one too, until the next such change. */
      newSecret: z.optional(z.literal(true)),
    }),
  ),
  lang: z.optional(z.nullable(NoticeLanguage)),
  zone: z.optional(z.nullable(z.string().check(z.maxLength(60)))),
  quiet: z.optional(z.nullable(Quiet)),
});
export type ChangeSettings = z.infer<typeof ChangeSettings>;

/** The code of six digits that was sent to the person's own address. */
export const ConfirmAddress = z.object({ code: z.string().check(z.regex(/^\d{6}$/, "six digits")) });
export type ConfirmAddress = z.infer<typeof ConfirmAddress>;
