import type {
  DoorName,
  NoticeLanguage,
  PauseReason,
  Person,
  Principal,
  RequestId,
} from "@callboard/protocol";

/** How to reach a person: what their last token said, and what they chose. `key` is a hash of their principal. */
export interface Reach {
  readonly key: string;
  readonly person: Person;
  /** Increases with each write, from 1. */
  readonly rev: number;
  /** The principals `role/<id>` in their last token. */
  readonly roles: readonly Principal[];
  readonly issuer: Contact;
  readonly own: OwnSettings;
  /** When codes to confirm addresses were created, within the last hour. */
  readonly codesAt?: readonly number[];
  /** When the part from the token was last written, in milliseconds. */
  readonly at: number;
}

/** What a token says about how to reach its user. */
export interface Contact {
  /** Only an address that the issuer marks as verified. */
  readonly address?: string;
  readonly lang?: NoticeLanguage;
  /** An IANA time zone. */
  readonly zone?: string;
}

/** What a person chose; for absent fields the token counts. */
export interface OwnSettings {
  readonly address?: OwnAddress;
  readonly webhook?: OwnWebhook;
  readonly lang?: NoticeLanguage;
  readonly zone?: string;
  /** Minutes of the day in their zone; if `from` is later than `to`, they go across midnight. */
  readonly quiet?: { readonly from: number; readonly to: number };
  /** Doors that the person turned off. */
  readonly off?: readonly DoorName[];
  /** Doors that do not work, and why. A door is paused until its target is changed or it is turned on again. */
  readonly paused?: { readonly [D in DoorName]?: { readonly reason: PauseReason; readonly at: number } };
}

/** A person's own address. It is used once they have confirmed, by a code, that they read it. */
export interface OwnAddress {
  readonly address: string;
  readonly confirmedAt?: number;
  /** The code to confirm it: its hash, its expiry, the number of wrong attempts, and when the mail was accepted. */
  readonly code?: {
    readonly hash: string;
    readonly until: number;
    readonly wrong: number;
    readonly sentAt?: number;
  };
}

export interface OwnWebhook {
  readonly url: string;
  /** `whsec_…`, the newest first; two of them while one is replaced. */
  readonly secrets: readonly string[];
}

export interface ReachStore {
  /** Reads how to reach a person, strongly. */
  read(key: string): Promise<Reach | undefined>;
  /**
   * Replaces the record that was read (`rev` is one higher), with the rows that find it by role, in one transaction.
   * False: nothing was written, because the record has changed since, or the people store says that the person is
   * erased until later than the `at` of `after`. `after` undefined removes it.
   */
  replace(before: Reach | undefined, after: Reach | undefined): Promise<boolean>;
  /** Keys of people whose last token has a role; at most `limit`, eventually consistent. */
  withRole(role: Principal, limit: number): Promise<string[]>;
}

/** What the token in a notice says. */
export type DoorClaims =
  | {
      readonly kind: "answer";
      readonly requestId: RequestId;
      readonly person: Person;
      /** The principal by which they were asked: they answer as that and as themselves, as long as it is asked. */
      readonly as: Principal;
      readonly door: DoorName;
      /** In milliseconds; the question's own deadline may come first. */
      readonly until: number;
    }
  /** What a plugin returns in place of a task token. */
  | { readonly kind: "plugin"; readonly requestId: RequestId; readonly until: number }
  /** Turns a door off; it never expires. */
  | { readonly kind: "unsubscribe"; readonly key: string; readonly door: DoorName };

/** Creates and reads these tokens, with one secret that the deployment creates for itself. */
export interface DoorTokens {
  /** Letters, digits and `. _ -`, at most 600 characters. */
  seal(claims: DoorClaims): Promise<string>;
  /** Undefined for a token that was not sealed here, or was changed. Callers must check whether it has expired. */
  open(token: string): Promise<DoorClaims | undefined>;
}
