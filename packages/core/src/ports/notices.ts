import type { DefaultReply, Labels, NoticeLanguage, RequestId, Subject, Verb } from "@callboard/protocol";

/** A candidate as a notice tells it. */
export interface NoticedCandidate {
  readonly id: string;
  /** Who proposed it, where it did not come with the question. */
  readonly source?: string;
  readonly title: string;
  readonly description?: string;
  /** An https address of its picture. */
  readonly picture?: string;
}

/** A question as it goes through a door: whole, since it is to be answered from there. Times are milliseconds. */
export interface NoticedQuestion {
  readonly requestId: RequestId;
  readonly subject: Subject;
  readonly thread: string;
  readonly round: number;
  /** What the subject is called. */
  readonly title?: string;
  readonly prompt: string;
  /** The language of the question's words. */
  readonly lang?: string;
  readonly labels?: Labels;
  readonly verbs: readonly Verb[];
  readonly candidates: readonly NoticedCandidate[];
  readonly schema?: Record<string, unknown>;
  /** Of what is shown: it comes back with the reply. */
  readonly digest: string;
  readonly askedAt: number;
  readonly deadline?: number;
  readonly default?: DefaultReply;
  /** Answers this question for this person through this door, until the deadline; whoever has it can. */
  readonly token: string;
}

/** Whom a notice is for. */
export interface Addressee {
  /** The user's id. */
  readonly user: string;
  readonly name: string;
  readonly lang: NoticeLanguage;
  /** An IANA time zone, such as `Asia/Tokyo`. */
  readonly zone: string;
}

/** What one person is told at once. */
export interface Notice {
  /** The same however often it is sent, so that whoever gets it twice can tell. */
  readonly id: string;
  readonly occasion: "asked" | "reminded";
  readonly to: Addressee;
  /** One is told whole, several as a digest. */
  readonly questions: readonly NoticedQuestion[];
  /** How many wait beside these. */
  readonly others: number;
  /** Turns this door off for this person, and does nothing else. */
  readonly unsubscribeToken: string;
}

/** What became of a notice. Reasons are words of ours: nothing of an address, a target's answer or a question. */
export type DoorOutcome =
  | { readonly outcome: "sent" }
  /** Throttled, down or slow: to be tried again, not before `afterMs` if that is known. */
  | { readonly outcome: "again"; readonly reason: string; readonly afterMs?: number }
  /** It takes no such notice, such as one whose words look like spam to it; others it may. */
  | { readonly outcome: "unfit"; readonly reason: string }
  /** It will never take any: the address is no more, or the target may not be reached. */
  | { readonly outcome: "refused"; readonly reason: string };

/** A door: one implementation a file, and nothing beyond this interface is known of it. */
export interface Door<Target> {
  /** Sends once, within 10 seconds; never throws for what the other side does. */
  send(target: Target, notice: Notice): Promise<DoorOutcome>;
}

/** Where mail goes. */
export interface MailTarget {
  readonly address: string;
}

/** Where a webhook's posts go. */
export interface WebhookTarget {
  readonly url: string;
  /** `whsec_…`, the newest first: each signs. */
  readonly secrets: readonly string[];
}

/** The mail door also asks whether an address is somebody's own, by a code of six digits. */
export interface MailDoor extends Door<MailTarget> {
  confirm(target: MailTarget, to: Addressee, code: string): Promise<DoorOutcome>;
}
