import { type App, type Log, mayPublish, type Publishers } from "@callboard/core";
import {
  BadEvent,
  type BusEvent,
  CandidatesProposed,
  Channel,
  ExecutionStatusChanged,
  FeedbackClosed,
  FeedbackRequested,
  ProgressReported,
  RequestId,
  SOURCE,
  type Subject,
} from "@callboard/protocol";
import * as z from "zod/mini";
import { envelopeOf, readBusEvent } from "../bus/envelope.ts";
import { readDetail } from "../bus/read-detail.ts";
import { isServerlessVideo, translateServerlessVideo } from "../bus/serverless-video.ts";

export interface IngestParts {
  readonly app: {
    readonly feedback: Pick<App["feedback"], "ask" | "close" | "announce" | "announceAttention">;
    readonly progress: App["progress"];
    readonly channels: Pick<App["channels"], "countViewers">;
  };
  readonly log: Log;
  /** Who may say what; everybody anything when it is missing. */
  readonly publishers?: Publishers | undefined;
}

const OfRequest = z.object({ requestId: RequestId });
const OfChannel = z.object({ channel: Channel });
const RequestChanged = z.object({ requestId: RequestId, version: z.int() });

/**
 * Takes in what workflows, Callboard itself, Step Functions and ServerlessVideo put on the bus. A bad event throws
 * `BadEvent`, so that it ends in the dead letters with its reason; anything else that throws is tried again by AWS.
 */
export function ingestHandler({ app, log, publishers }: IngestParts) {
  function read<T extends z.ZodMiniObject>(schema: T, event: BusEvent): z.output<T> {
    const { detail, unknown } = readDetail(schema, event);
    if (unknown > 0) log.metric("unknown_fields", unknown, { detailType: event["detail-type"] });
    return detail;
  }

  /** What a workflow says, if its source may say it of that subject. */
  function said<T extends { readonly subject: Subject }>(detail: T, { source, ...event }: BusEvent): T {
    if (mayPublish(publishers, source, detail.subject)) return detail;
    throw new BadEvent(`${event["detail-type"]} ${event.id}: subject: ${source} may not publish about it`);
  }

  async function take(event: BusEvent): Promise<void> {
    if (event.source === "aws.states") return takeStatus(event);
    if (isServerlessVideo(event.source)) return takeServerlessVideo(event);
    switch (event["detail-type"]) {
      case "Progress Reported":
        return app.progress.report(said(read(ProgressReported, event), event), envelopeOf(event));
      case "Candidates Proposed":
        return app.progress.propose(said(read(CandidatesProposed, event), event), envelopeOf(event));
      case "Feedback Requested":
        return app.feedback.ask(said(read(FeedbackRequested, event), event), envelopeOf(event));
      case "Feedback Closed":
        return app.feedback.close(said(read(FeedbackClosed, event), event), envelopeOf(event));
      case "Request Changed":
        if (event.source === SOURCE) {
          const { requestId, version } = read(RequestChanged, event);
          return app.feedback.announce(requestId, version);
        }
        break;
      case "Attention Changed":
        if (event.source === SOURCE) return app.feedback.announceAttention(read(OfRequest, event).requestId);
        break;
      case "Audience Due":
        if (event.source === SOURCE) return app.channels.countViewers(read(OfChannel, event).channel);
    }
    ignore(event);
  }

  async function takeStatus(event: BusEvent): Promise<void> {
    if (event["detail-type"] !== "Step Functions Execution Status Change") return ignore(event);
    // The event has more fields than Callboard reads, by AWS's making: they are not counted.
    return app.progress.executionChanged(readDetail(ExecutionStatusChanged, event).detail);
  }

  async function takeServerlessVideo(event: BusEvent): Promise<void> {
    const progress = translateServerlessVideo(event);
    return progress ? app.progress.report(progress, envelopeOf(event)) : ignore(event);
  }

  const ignore = (event: BusEvent): void =>
    log.metric("unknown_events", 1, { source: event.source, detailType: event["detail-type"] });

  return async (event: unknown): Promise<void> => take(readBusEvent(event));
}
