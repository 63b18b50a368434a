import { type App, type Log, mayPublish, type Publishers } from "@callboard/core";
import {
  BadEvent,
  type BusEvent,
  ExecutionStatusChanged,
  ownEvents,
  SOURCE,
  type Subject,
  type WorkflowEventType,
  workflowEvents,
} from "@callboard/protocol";
import type * as z from "zod/mini";
import { envelopeOf, readBusEvent } from "../bus/envelope.ts";
import { readDetail } from "../bus/read-detail.ts";
import { isServerlessVideo, translateServerlessVideo } from "../bus/serverless-video.ts";
import type { EventsOf } from "../deployment/own-event-targets.ts";

export interface IngestParts {
  readonly app: {
    readonly feedback: Pick<App["feedback"], "ask" | "close" | "announce" | "announceAttention">;
    readonly progress: App["progress"];
    readonly channels: Pick<App["channels"], "countAudience">;
  };
  readonly log: Log;
  /** Who may say what; everybody anything when it is missing. */
  readonly publishers?: Publishers | undefined;
}

type Take = (event: BusEvent) => Promise<void>;

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
    const type = event["detail-type"];
    if (Object.hasOwn(ofWorkflows, type)) return ofWorkflows[type as WorkflowEventType](event);
    if (event.source === SOURCE && Object.hasOwn(own, type)) return own[type as EventsOf<"ingest">](event);
    ignore(event);
  }

  /** What a workflow puts, whatever its source is called. */
  const ofWorkflows: Record<WorkflowEventType, Take> = {
    "Progress Reported": (event) =>
      app.progress.report(said(read(workflowEvents["Progress Reported"], event), event), envelopeOf(event)),
    "Candidates Proposed": (event) =>
      app.progress.propose(
        said(read(workflowEvents["Candidates Proposed"], event), event),
        envelopeOf(event),
      ),
    "Feedback Requested": (event) =>
      app.feedback.ask(said(read(workflowEvents["Feedback Requested"], event), event), envelopeOf(event)),
    "Feedback Closed": (event) =>
      app.feedback.close(said(read(workflowEvents["Feedback Closed"], event), event), envelopeOf(event)),
  };

  /** What Callboard itself puts for this function. */
  const own: Record<EventsOf<"ingest">, Take> = {
    "Request Changed": (event) => {
      const { requestId, version } = read(ownEvents["Request Changed"], event);
      return app.feedback.announce(requestId, version);
    },
    "Attention Changed": (event) =>
      app.feedback.announceAttention(read(ownEvents["Attention Changed"], event).requestId),
    "Audience Due": (event) => app.channels.countAudience(read(ownEvents["Audience Due"], event).channel),
  };

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
