import type { DefaultReply, Labels, NoticeLanguage, RequestId, Subject, Verb } from "@callboard/protocol";

/** A candidate as a notice shows it. */
export interface NoticedCandidate {
  readonly id: string;
  /** Who proposed it, if it did not come with the question. */
  readonly source?: string;
  readonly title: string;
  readonly description?: string;
  /** The https address of its picture. */
  readonly picture?: string;
}

/** A question as it goes through a door: complete, because people can answer it there. Times are milliseconds. */
export interface NoticedQuestion {
  readonly requestId: RequestId;
  readonly subject: Subject;
  readonly thread: string;
  readonly round: number;
  /** The title of the subject. */
  readonly title?: string;
  readonly prompt: string;
  /** The language of the question's texts. */
  readonly lang?: string;
  readonly labels?: Labels;
  readonly verbs: readonly Verb[];
  readonly candidates: readonly NoticedCandidate[];
  readonly schema?: Record<string, unknown>;
  /** Identifies what is shown; the reply repeats it. */
  readonly digest: string;
  readonly askedAt: number;
  readonly deadline?: number;
  readonly default?: DefaultReply;
  /** Anybody who has it can answer this question in this person's name, through this door, until the deadline. */
  readonly token: string;
}

/** The person to whom a notice is addressed. */
export interface Addressee {
  /** The user's id. */
  readonly user: string;
  readonly name: string;
  readonly lang: NoticeLanguage;
  /** An IANA time zone, such as `Asia/Tokyo`. */
  readonly zone: string;
}

/** What one person is sent at once. */
export interface Notice {
  /** The same each time it is sent, so that a receiver can recognize a repeat. */
  readonly id: string;
  readonly occasion: "asked" | "reminded";
  readonly to: Addressee;
  /** One question is shown completely, several as a digest. */
  readonly questions: readonly NoticedQuestion[];
  /** How many other questions wait. */
  readonly others: number;
  /** Turns off this door for this person, and can do nothing else. */
  readonly unsubscribeToken: string;
}

/**
 * The outcome of a notice. Reasons are texts of ours: they never contain an address, a target's response or a question.
 */
export type DoorOutcome =
  | { readonly outcome: "sent" }
  /** Throttled, down or slow: retry, not before `afterMs` if that is known. */
  | { readonly outcome: "again"; readonly reason: string; readonly afterMs?: number }
  /** It does not take this notice, for example because its text looks like spam; it may take others. */
  | { readonly outcome: "unfit"; readonly reason: string }
  /** It will never take any notice: the address no longer exists, or the target is not allowed. */
  | { readonly outcome: "refused"; readonly reason: string };

/**
 * A door: one way to reach a person who is away, such as mail or a webhook. Each has its own file, and the domain only
 * knows this interface.
 */
export interface Door<Target> {
  /** Sends once, within 10 seconds; never throws because of the other side. */
  send(target: Target, notice: Notice): Promise<DoorOutcome>;
}

/** The target of mail. */
export interface MailTarget {
  readonly address: string;
}

/** The target of a webhook's posts. */
export interface WebhookTarget {
  readonly url: string;
  /** `whsec_…`, the newest first; a post is signed with each of them. */
  readonly secrets: readonly string[];
}

/** The mail door also sends codes of six digits, by which people confirm that an address is theirs. */
export interface MailDoor extends Door<MailTarget> {
  confirm(target: MailTarget, to: Addressee, code: string): Promise<DoorOutcome>;
}
