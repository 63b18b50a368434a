import type { Clock } from "../clock/clock.ts";
import { AwsError } from "../endpoint/aws-json.ts";

/** How sending goes wrong, for those who test what becomes of it then. */
export interface SesFault {
  readonly how: /** Refused: `TooManyRequestsException`. */
    | "throttle"
    /** Refused: `SendingPausedException`. */
    | "pause"
    /** Refused: `MessageRejected`, since the sender is not verified. */
    | "reject"
    /** Fails inside of SES: status 500. */
    | "break"
    /** Accepted after `ms`, 5,000 unless told. */
    | "slow"
    /** Accepted, but whoever sent it never hears so: the connection ends. */
    | "cut";
  /** How many mails it is for; all of them until something else is said, unless it is told. */
  readonly times?: number;
  readonly ms?: number;
}

/** That a mail was accepted is not told. */
export class LostAnswer extends Error {
  override readonly name = "LostAnswer";
}

const SLOW_MS = 5_000;

/** Gives each mail the fault that is its own. */
export function openFaults(clock: Clock, region: string) {
  let fault: SesFault | undefined;
  let left = Number.POSITIVE_INFINITY;
  return {
    set(next: SesFault | undefined) {
      fault = next;
      left = next?.times ?? Number.POSITIVE_INFINITY;
    },
    isPaused: () => fault?.how === "pause" && left > 0,
    /** Accepts a mail as the fault of the moment has it. */
    async around(sender: string, accept: () => Promise<string>): Promise<string> {
      if (!fault || left <= 0) return accept();
      left--;
      const { how, ms = SLOW_MS } = fault;
      switch (how) {
        case "throttle":
          throw new AwsError("TooManyRequestsException", "Maximum sending rate exceeded.", 429);
        case "pause":
          throw new AwsError("SendingPausedException", "Email sending has been paused for this account.");
        case "reject":
          throw new AwsError(
            "MessageRejected",
            `Email address is not verified. The following identities failed the check in region ${region.toUpperCase()}: ${sender}`,
          );
        case "break":
          throw new AwsError("InternalServiceErrorException", "An internal error occurred.", 500);
        case "slow":
          await new Promise<void>((over) => clock.after(ms, over));
          return accept();
        case "cut":
          await accept();
          throw new LostAnswer("the mail was accepted");
      }
    },
  };
}
