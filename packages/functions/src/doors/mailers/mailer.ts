import type { DoorOutcome } from "@callboard/core";
import type { Mailbox } from "../mail/address.ts";
import type { Picture } from "../mail/pictures.ts";

/** One mail to one person. Its texts are whole and clean; a mailer encodes them and changes nothing else. */
export interface Mail {
  readonly from: Mailbox;
  /** An address in ASCII alone. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** With its angle brackets; left out where nothing refers to it. SES has an id of its own all the same. */
  readonly messageId?: string;
  /** Names and values, in ASCII, of headers that a mailer does not set by itself. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** What the HTML shows by `cid:`. */
  readonly pictures: readonly Picture[];
}

/** Hands mails on to whoever delivers them. */
export interface Mailer {
  /**
   * Sends once, within `MAILER_TIMEOUT_MS`; rejects for nothing that the other side does. `unfit` is what concerns this
   * mail alone, `refused` its address: whatever keeps all mails from leaving is to be tried again.
   */
  send(mail: Mail): Promise<DoorOutcome>;
}

/** Leaves room for the pictures within the 10 seconds of a door. */
export const MAILER_TIMEOUT_MS = 6500;

/** What somebody has to mend, such as a sender that is not verified, is not tried again at once. */
export const MEND_MS = 15 * 60_000;

/** An outcome that passes, and when it is worth another try if that is known. */
export const again = (reason: string, afterMs?: number): DoorOutcome => ({
  outcome: "again",
  reason,
  ...(afterMs === undefined ? {} : { afterMs }),
});

export const unfit = (reason: string): DoorOutcome => ({ outcome: "unfit", reason });

export const refused = (reason: string): DoorOutcome => ({ outcome: "refused", reason });
