import { type BusEvent, limits, Name, type ProgressReported, Subject } from "@callboard/protocol";
import type { Producer } from "./producer.ts";

const PREFIX = "serverlessVideo.";
const RECORDINGS = "aws.ivs";
const VIDEO_MANAGER = "serverlessVideo.videoManager";
const PLUGIN_MANAGER = "serverlessVideo.pluginManager";
const VIEW_COUNTER = "serverlessVideo.viewCounter";
const HOOK = /^(preValidate|postValidate|preMetadata|postMetadata)\.(.+)$/;

/** ServerlessVideo and the recordings that it is made of: what they tell of a video. */
export const serverlessVideo: Producer = {
  bus: "default",
  rules: () => [
    {
      name: "serverless-video",
      only: "serverless-video",
      pattern: { source: [{ prefix: PREFIX }, RECORDINGS] },
    },
  ],
  matches: ({ source }) => source.startsWith(PREFIX) || source === RECORDINGS,
  translate(event) {
    const detail = progressOf(event);
    return detail && { type: "Progress Reported", detail };
  },
};

type Step = Pick<ProgressReported, "step" | "state" | "message" | "data">;

/**
 * An event of ServerlessVideo as progress of `video/<id>`; undefined for what tells nothing of one video. Only the
 * fields named here are taken: the events also carry task tokens and e-mail addresses.
 */
function progressOf(event: BusEvent): ProgressReported | undefined {
  const video = (event.detail.video ?? {}) as Record<string, unknown>;
  const id = event.detail.id ?? video.id ?? event.detail.stream_id;
  const subject = Subject.safeParse(`video/${typeof id === "string" ? id : ""}`);
  const step = subject.success ? stepOf(event) : undefined;
  const at = Date.parse(event.time);
  return step && subject.success ? { subject: subject.data, at, ...step } : undefined;
}

function stepOf({ source, "detail-type": type, detail }: BusEvent): Step | undefined {
  switch (`${source} ${type}`) {
    case "aws.ivs IVS Recording State Change":
      return recording(detail);
    case `${VIDEO_MANAGER} MP4ProcessingStarted`:
      return { step: "mp4", state: "started" };
    case `${VIDEO_MANAGER} MP4ProcessingComplete`:
      return { step: "mp4", state: "succeeded", ...data({ compute: text(detail.compute) }) };
    case `${VIDEO_MANAGER} recording-ready`:
      return { step: "ready", state: "succeeded", ...data(videoFacts(detail)) };
    case `${PLUGIN_MANAGER} LifeCycleStarted`:
      return { step: "lifecycle", state: "started" };
    case `${PLUGIN_MANAGER} LifeCycleComplete`:
      return { step: "lifecycle", state: "succeeded" };
    case `${VIDEO_MANAGER} VideoStatusUpdated`:
      return status(detail);
    case `${VIEW_COUNTER} ViewCountUpdated`:
      return { step: "viewers", state: "running", ...data({ viewers: count(detail.view_count) }) };
  }
  return source === PLUGIN_MANAGER ? plugin(type) : undefined;
}

function recording(detail: BusEvent["detail"]): Step | undefined {
  switch (detail.recording_status) {
    case "Recording Start":
      return { step: "recording", state: "started" };
    case "Recording End":
      return {
        step: "recording",
        state: "succeeded",
        ...data({ durationMs: count(detail.recording_duration_ms) }),
      };
    case "Recording Start Failure":
    case "Recording End Failure":
      return { step: "recording", state: "failed", message: "The recording failed." };
  }
  return undefined;
}

/** A hook of a plugin has begun; how it ended is not told with the video's id. */
function plugin(type: string): Step | undefined {
  const [, hook, name] = HOOK.exec(type) ?? [];
  const step = Name.safeParse(`plugin.${hook}.${name}`);
  return hook !== undefined && step.success ? { step: step.data, state: "started" } : undefined;
}

function status(detail: BusEvent["detail"]): Step | undefined {
  switch (detail.status) {
    case "valid":
      return {
        step: "status",
        state: "succeeded",
        message: "The video is published.",
        ...data(videoFacts(detail)),
      };
    case "invalid":
      return { step: "status", state: "failed", message: "The video did not pass validation." };
    case "failed":
      return { step: "status", state: "failed", message: "The video could not be processed." };
  }
  return undefined;
}

const videoFacts = (detail: BusEvent["detail"]) => ({
  playbackUrl: text(detail.playback_url),
  thumbnail: text(detail.thumbnail),
  durationMs: count(detail.durationmillis),
  width: count(detail.width),
  height: count(detail.height),
});

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value.length <= limits.descriptionLength / 4 && !value.includes("@")
    ? value
    : undefined;

/** Some of the events carry numbers as text. */
function count(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** The facts that there are, as `data`; nothing when there are none. */
function data(facts: Record<string, unknown>): { data?: Record<string, unknown> } {
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  return known.length > 0 ? { data: Object.fromEntries(known) } : {};
}
