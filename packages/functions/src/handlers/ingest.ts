import { type App, type Envelope, type Log, mayPublish, type Publishers } from "@callboard/core";
import { BadEvent, type BusEvent } from "@callboard/protocol";
import { producerOf } from "../producers/index.ts";
import type { Meaning } from "../producers/producer.ts";
import { checkAsking, checkOrigin, envelopeOf, readBusEvent, takeNamed } from "../producers/read-event.ts";

export interface IngestParts {
  readonly app: {
    readonly feedback: Pick<App["feedback"], "ask" | "close" | "announce" | "announceAttention">;
    readonly progress: App["progress"];
    readonly channels: Pick<App["channels"], "countViewers">;
  };
  readonly log: Log;
  /** Who may publish what; everybody may publish anything if it is missing. */
  readonly publishers?: Publishers | undefined;
  /** Its own account and Region: whose events to trust, and where questions can be answered. */
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

/**
 * Takes in the producers' events on a bus. A bad event throws `BadEvent`, so that it ends in the dead letters with its
 * identifiers and the reason; after any other error AWS retries.
 */
export function ingestHandler({ app, log, publishers, account, region }: IngestParts) {
  /** Does what an event requests. */
  function take(meaning: Meaning, envelope: Envelope): Promise<void> {
    switch (meaning.type) {
      case "Progress Reported":
        return app.progress.report(meaning.detail, envelope);
      case "Facts Set":
        return app.progress.setFacts(meaning.detail, envelope);
      case "Pair Told":
        return app.progress.pair(meaning.detail, envelope);
      case "Candidates Proposed":
        return app.progress.propose(meaning.detail, envelope);
      case "Feedback Requested":
        return app.feedback.ask(meaning.detail, envelope);
      case "Feedback Closed":
        return app.feedback.close(meaning.detail, envelope);
      case "Execution Status Changed":
        return app.progress.executionChanged(meaning.detail);
      case "Request Changed":
        return app.feedback.announce(meaning.detail.requestId, meaning.detail.version);
      case "Attention Changed":
        return app.feedback.announceAttention(meaning.detail.requestId);
      case "Audience Due":
        return app.channels.countViewers(meaning.detail.channel);
    }
  }

  /** Throws unless the event's source may publish about the subject. */
  function checkSource(meaning: Meaning, { source, may }: Envelope): void {
    if (!("subject" in meaning.detail) || may(meaning.detail.subject)) return;
    throw new BadEvent(`subject: ${source} may not publish about it`);
  }

  async function ingest(event: BusEvent): Promise<void> {
    const { source, "detail-type": detailType } = event;
    checkOrigin(event, account);
    const producer = producerOf(event);
    const meanings = producer?.translate(event) ?? [];
    if (meanings.length === 0) return log.metric("unknown_events", 1, { source, detailType });
    const publisher = producer?.publisherOf?.(event) ?? source;
    const envelope = envelopeOf(event, (subject) => mayPublish(publishers, publisher, subject));
    for (const one of meanings) {
      if (one.unknown) log.metric("unknown_fields", one.unknown, { detailType });
      checkSource(one, envelope);
      if (one.type === "Feedback Requested")
        checkAsking(event, envelope.execution ?? one.detail.execution, { account, region });
    }
    // Their changes to one subject become one write and one push, and subjects do not wait for each other.
    const taken = await Promise.allSettled(meanings.map((one) => take(one, envelope)));
    for (const one of taken) if (one.status === "rejected") throw one.reason;
  }

  return async (invokedWith: unknown): Promise<void> => {
    const event = readBusEvent(invokedWith);
    return takeNamed(event, () => ingest(event));
  };
}
