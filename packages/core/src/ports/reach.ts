import type {
  DoorName,
  NoticeLanguage,
  PauseReason,
  Person,
  Principal,
  RequestId,
} from "@callboard/protocol";

/** How somebody is reached: what their token said last, and what they chose. Found by `key`, a hash of their principal. */
export interface Reach {
  readonly key: string;
  readonly person: Person;
  /** Rises with each write, from 1. */
  readonly rev: number;
  /** The principals `role/<id>` that they came with last. */
  readonly roles: readonly Principal[];
  readonly issuer: Contact;
  readonly own: OwnSettings;
  /** When codes for addresses of their own were made, as far as that is less than an hour ago. */
  readonly codesAt?: readonly number[];
  /** When what the token said was last written, in milliseconds. */
  readonly at: number;
}

/** What a token says of reaching its user. */
export interface Contact {
  /** Only one that the issuer says to be verified. */
  readonly address?: string;
  readonly lang?: NoticeLanguage;
  /** An IANA time zone. */
  readonly zone?: string;
}

/** What somebody chose; what is absent is as their token says. */
export interface OwnSettings {
  readonly address?: OwnAddress;
  readonly webhook?: OwnWebhook;
  readonly lang?: NoticeLanguage;
  readonly zone?: string;
  /** Minutes of the day in their zone; `from` may be later than `to`, across midnight. */
  readonly quiet?: { readonly from: number; readonly to: number };
  /** Doors that are turned off. */
  readonly off?: readonly DoorName[];
  /** Doors that do not work, and why: nothing goes through one until its target is changed or it is turned on again. */
  readonly paused?: { readonly [D in DoorName]?: { readonly reason: PauseReason; readonly at: number } };
}

/** An address of somebody's own: used once they have shown, by a code, that they read it. */
export interface OwnAddress {
  readonly address: string;
  readonly confirmedAt?: number;
  /** The code for it: its hash, until when it counts, how often a wrong one was given, and when the mail took it. */
  readonly code?: {
    readonly hash: string;
    readonly until: number;
    readonly wrong: number;
    readonly sentAt?: number;
  };
}

export interface OwnWebhook {
  readonly url: string;
  /** `whsec_…`, the newest first; two while one is changed. */
  readonly secrets: readonly string[];
}

export interface ReachStore {
  /** Reads how somebody is reached, strongly. */
  read(key: string): Promise<Reach | undefined>;
  /**
   * Puts a record in the place of the one that was read (its `rev` is one higher), with what leads to it by its roles, in
   * one transaction. False, and nothing written: it is no longer as it was read, or the store of people says that they
   * are erased until later than the `at` of `after`. `after` undefined removes it.
   */
  replace(before: Reach | undefined, after: Reach | undefined): Promise<boolean>;
  /** Keys of those who came with a role, at most `limit`, eventually consistent. */
  withRole(role: Principal, limit: number): Promise<string[]>;
}

/** What a token says that goes through a door with what people are told. */
export type DoorClaims =
  | {
      readonly kind: "answer";
      readonly requestId: RequestId;
      readonly person: Person;
      /** The principal by which they were asked: they answer as that and as themselves, while it is asked. */
      readonly as: Principal;
      readonly door: DoorName;
      /** In milliseconds; the question's own deadline comes first. */
      readonly until: number;
    }
  /** What a plugin hands back in place of a task token. */
  | { readonly kind: "plugin"; readonly requestId: RequestId; readonly until: number }
  /** Turns a door off; there is no end to that. */
  | { readonly kind: "unsubscribe"; readonly key: string; readonly door: DoorName };

/** Makes and reads these tokens, with one secret that the deployment makes for itself. */
export interface DoorTokens {
  /** Letters, digits and `. _ -`, at most 600 characters. */
  seal(claims: DoorClaims): Promise<string>;
  /** Undefined for whatever was not sealed here, or was changed. That it has ended is the caller's to see. */
  open(token: string): Promise<DoorClaims | undefined>;
}
