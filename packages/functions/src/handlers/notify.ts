import type { DoorTokens, Log, NotifyApp } from "@callboard/core";
import { readInnerEvent } from "../producers/callboard.ts";
import { type MailFeedback, readMailFeedback } from "../producers/mail-feedback.ts";
import { checkOrigin, readBusEvent, takeNamed } from "../producers/read-event.ts";

export interface NotifyParts {
  readonly app: NotifyApp;
  /** Opens the token of the person whom a mail was for. */
  readonly doorTokens: Pick<DoorTokens, "open">;
  readonly log: Log;
  /** Its own account: events of other accounts are not trusted. */
  readonly account?: string | undefined;
}

/**
 * Handles Notice Due and Address Claimed, which only Callboard puts, and mail outcomes, which SES puts. AWS retries when
 * it throws.
 */
export function notifyHandler({ app, doorTokens, log, account }: NotifyParts) {
  /** Other stages of the account send mails too; their tokens are not valid here. */
  async function takeFeedback({ token, addresses, reason }: MailFeedback): Promise<void> {
    const claims = await doorTokens.open(token);
    if (claims?.kind !== "unsubscribe") return log.metric("foreign_mails", 1);
    for (const address of addresses) await app.notify.pauseMail(claims.key, address, reason);
  }

  return async (invokedWith: unknown): Promise<void> => {
    const event = readBusEvent(invokedWith);
    const feedback = readMailFeedback(event);
    if (feedback) return feedback === "nothing" ? undefined : takeFeedback(feedback);
    const inner = await takeNamed(event, () => {
      checkOrigin(event, account);
      return readInnerEvent("notify", event);
    });
    switch (inner?.type) {
      case "Notice Due":
        return app.notify.noticeDue(inner.detail.requestId);
      case "Address Claimed":
        return app.notify.addressClaimed(inner.detail.person);
    }
    log.metric("unknown_events", 1, { source: event.source, detailType: event["detail-type"] });
  };
}
