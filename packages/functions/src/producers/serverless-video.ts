import type { PairEvent } from "@callboard/core";
import {
  type BusEvent,
  type FactsSet,
  hooks,
  limits,
  Name,
  type ProgressReported,
  pluginCompleteType,
  pluginManager,
  pluginSourcePrefix,
  Subject,
} from "@callboard/protocol";
import type { Meaning, Producer } from "./producer.ts";

const PREFIX = "serverlessVideo.";
const VIDEO_MANAGER = "serverlessVideo.videoManager";

type Detail = BusEvent["detail"];
type Step = Pick<ProgressReported, "step" | "state" | "message" | "data">;

/** What an event type means to Callboard; fields that its row does not name stay in the event. */
interface Row {
  readonly source: string;
  readonly type: string | RegExp;
  /** The field that orders events, whichever comes first. */
  readonly orderedBy: "time";
  /** The video that the event concerns; left out if another event with the same key names it. */
  readonly video?: (detail: Detail) => unknown;
  /** The channel that the event also concerns. */
  readonly channel?: (detail: Detail) => unknown;
  /** A step of the video. */
  readonly step?: (detail: Detail, type: string) => Step | undefined;
  /** Facts for everyone, about the video and the channel. */
  readonly facts?: (detail: Detail, at: number) => FactsSet["facts"];
  /** Set if the start and the end of a step share no other id. */
  readonly key?: (detail: Detail, event: BusEvent) => unknown;
  /** With a key: the step that another event ends. */
  readonly begins?: (detail: Detail, type: string) => string | undefined;
  /** With a key: how the step ended that another event started. */
  readonly ends?: (detail: Detail) => Omit<NonNullable<PairEvent["ended"]>, "at">;
}

const id = ({ id: own }: Detail) => own;
const streamId = ({ stream_id }: Detail) => stream_id;
const channelName = ({ channel_name }: Detail) => channel_name;
const always = (step: Step) => () => step;

/** Every event of ServerlessVideo, and of the recordings that it consists of. */
const rows: readonly Row[] = [
  {
    source: "aws.ivs",
    type: "IVS Recording State Change",
    orderedBy: "time",
    video: streamId,
    channel: channelName,
    step: recording,
    facts: live,
  },
  {
    source: VIDEO_MANAGER,
    type: "MP4ProcessingStarted",
    orderedBy: "time",
    video: id,
    step: always({ step: "mp4", state: "started" }),
  },
  {
    source: VIDEO_MANAGER,
    type: "MP4ProcessingComplete",
    orderedBy: "time",
    video: id,
    step: ({ compute }) => ({ step: "mp4", state: "succeeded", ...data({ compute: text(compute) }) }),
  },
  {
    source: VIDEO_MANAGER,
    type: "recording-ready",
    orderedBy: "time",
    video: id,
    step: (detail) => ({ step: "ready", state: "succeeded", ...data(videoFacts(detail)) }),
  },
  {
    source: pluginManager,
    type: "LifeCycleStarted",
    orderedBy: "time",
    video: id,
    step: always({ step: "lifecycle", state: "started" }),
    key: (_, { resources }) => resources?.find((arn) => arn.includes(":execution:")),
    begins: () => "plugins",
  },
  {
    source: pluginManager,
    type: new RegExp(`^(${hooks.join("|")})\\..`),
    orderedBy: "time",
    video: ({ video }) => (video as Detail | undefined)?.id,
    step: (_, type) => ({ step: `plugin.${type}`, state: "started" }),
    key: ({ taskToken }) => taskToken,
    begins: (_, type) => `plugin.${type}`,
  },
  {
    source: pluginSourcePrefix,
    type: pluginCompleteType,
    orderedBy: "time",
    key: ({ TaskToken }) => TaskToken,
    ends: ({ Message }) =>
      (Message as Detail | null)?.valid === false
        ? { state: "failed", message: "The video did not pass this check." }
        : { state: "succeeded" },
  },
  {
    source: pluginManager,
    type: "Plugin failed",
    orderedBy: "time",
    key: ({ ExecutionId }) => ExecutionId,
    ends: () => ({ state: "failed", message: "A plugin failed." }),
  },
  {
    source: pluginManager,
    type: "LifeCycleComplete",
    orderedBy: "time",
    video: id,
    step: always({ step: "lifecycle", state: "succeeded" }),
  },
  { source: VIDEO_MANAGER, type: "VideoStatusUpdated", orderedBy: "time", video: id, step: status },
  {
    source: "serverlessVideo.viewCounter",
    type: "ViewCountUpdated",
    orderedBy: "time",
    video: streamId,
    channel: channelName,
    facts: ({ view_count }) => {
      const views = count(view_count);
      return views === undefined ? [] : [{ name: "views", value: views }];
    },
  },
  // Nothing else is read: the event is a whole Cognito event, with the e-mail address.
  { source: "serverlessVideo.Cognito", type: "BroadcastUserCreated", orderedBy: "time" },
];

/** ServerlessVideo and its recordings: what they report about a video, and about the channel that it comes from. */
export const serverlessVideo: Producer = {
  bus: "default",
  rules: () => [
    {
      name: "serverless-video",
      only: "serverless-video",
      pattern: { source: [{ prefix: PREFIX }, "aws.ivs"] },
    },
  ],
  matches: ({ source }) => source.startsWith(PREFIX) || source === "aws.ivs",
  publisherOf: ({ source }) => (source.startsWith(pluginSourcePrefix) ? pluginSourcePrefix : source),
  translate(event) {
    const row = rows.find((one) => isOf(one, event));
    return row ? meaningsOf(row, event) : [];
  },
};

const isOf = ({ source, type }: Row, event: BusEvent): boolean =>
  (source === pluginSourcePrefix ? event.source.startsWith(source) : event.source === source) &&
  (typeof type === "string" ? event["detail-type"] === type : type.test(event["detail-type"]));

function meaningsOf(row: Row, event: BusEvent): Meaning[] {
  const { detail, "detail-type": type } = event;
  const at = Date.parse(event[row.orderedBy]);
  const video = subjectOf("video", row.video?.(detail));
  const channel = subjectOf("channel", row.channel?.(detail));
  const step = video && row.step?.(detail, type);
  const facts = row.facts?.(detail, at) ?? [];
  const meanings: Meaning[] = [];
  if (video && step && Name.safeParse(step.step).success)
    meanings.push({ type: "Progress Reported", detail: { subject: video, at, ...step } });
  if (facts.length > 0)
    for (const subject of [video, channel])
      if (subject)
        meanings.push({ type: "Facts Set", detail: { subject, at, visibility: "everyone", facts } });
  const key = row.key?.(detail, event);
  if (typeof key !== "string" || key === "") return meanings;
  const begun = Name.safeParse(row.begins?.(detail, type));
  if (video && begun.success)
    meanings.push({ type: "Pair Told", detail: { key, begun: { subject: video, step: begun.data, at } } });
  if (row.ends) meanings.push({ type: "Pair Told", detail: { key, ended: { ...row.ends(detail), at } } });
  return meanings;
}

/** Undefined if it is not an id: an e-mail address, for example. */
const subjectOf = (kind: "video" | "channel", name: unknown): Subject | undefined =>
  typeof name === "string" && !name.includes("@") ? Subject.safeParse(`${kind}/${name}`).data : undefined;

function recording(detail: Detail): Step | undefined {
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

/** Whether it is live, since or until when, and for a channel with which video. */
function live({ recording_status: state, stream_id }: Detail, at: number): FactsSet["facts"] {
  const video = text(stream_id);
  const named = video === undefined ? {} : { video };
  switch (state) {
    case "Recording Start":
      return [{ name: "live", value: { live: true, since: at, ...named } }];
    case "Recording End":
    case "Recording End Failure":
    case "Recording Start Failure":
      return [{ name: "live", value: { live: false, until: at, ...named } }];
  }
  return [];
}

function status(detail: Detail): Step | undefined {
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

const videoFacts = (detail: Detail) => ({
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

/** The facts that are set, as `data`; undefined if there are none. */
function data(facts: Record<string, unknown>): { data?: Record<string, unknown> } {
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  return known.length > 0 ? { data: Object.fromEntries(known) } : {};
}
