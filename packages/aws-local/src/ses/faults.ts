import type { Clock } from "../clock/clock.ts";
import { AwsError } from "../endpoint/aws-json.ts";

/** Simulated failures of sending, for tests. */
export interface SesFault {
  readonly how: /** Refused: `TooManyRequestsException`. */
    | "throttle"
    /** Refused: `SendingPausedException`. */
    | "pause"
    /** Refused: `MessageRejected`, because the sender is not verified. */
    | "reject"
    /** Fails inside SES: status 500. */
    | "break"
    /** Accepted after `ms`. Default: 5,000. */
    | "slow"
    /** Accepted, but the sender gets no answer: the connection is closed. */
    | "cut";
  /** Number of mails that it affects. Default: all, until another fault is set. */
  readonly times?: number;
  readonly ms?: number;
}

/** A mail was accepted, but the answer must not be sent. */
export class LostAnswer extends Error {
  override readonly name = "LostAnswer";
}

const SLOW_MS = 5_000;

/** Gives each mail the current fault. */
export function openFaults(clock: Clock, region: string) {
  let fault: SesFault | undefined;
  let left = Number.POSITIVE_INFINITY;
  return {
    set(next: SesFault | undefined) {
      fault = next;
      left = next?.times ?? Number.POSITIVE_INFINITY;
    },
    isPaused: () => fault?.how === "pause" && left > 0,
    /** Accepts a mail as the current fault requires. */
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
