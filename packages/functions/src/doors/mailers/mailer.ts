import type { DoorOutcome } from "@callboard/core";
import type { Mailbox } from "../mail/address.ts";
import type { Picture } from "../mail/pictures.ts";

/** One mail to one person. Its texts are final and clean; a mailer only encodes them. */
export interface Mail {
  readonly from: Mailbox;
  /** An address in ASCII. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** With angle brackets; left out where nothing refers to it. SES uses its own id in any case. */
  readonly messageId?: string;
  /** Names and ASCII values of headers that the mailer does not set itself. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Parts that the HTML shows by `cid:`. */
  readonly pictures: readonly Picture[];
}

/** Sends mails through a service or a server. */
export interface Mailer {
  /**
   * Sends once, within `MAILER_TIMEOUT_MS`; the other side's failures never reject. `unfit` concerns only this mail,
   * `refused` its address. What keeps all mails from leaving is tried again.
   */
  send(mail: Mail): Promise<DoorOutcome>;
}

/** Leaves time for the pictures within a door's 10 seconds. */
export const MAILER_TIMEOUT_MS = 6500;

/** A failure that somebody must fix, such as an unverified sender, is not retried at once. */
export const FIX_MS = 15 * 60_000;

/** A transient outcome, and when to try again if that is known. */
export const again = (reason: string, afterMs?: number): DoorOutcome => ({
  outcome: "again",
  reason,
  ...(afterMs === undefined ? {} : { afterMs }),
});

export const unfit = (reason: string): DoorOutcome => ({ outcome: "unfit", reason });

export const refused = (reason: string): DoorOutcome => ({ outcome: "refused", reason });
