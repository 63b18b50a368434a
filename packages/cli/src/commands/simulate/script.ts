import type { Subject } from "@callboard/protocol";
import { type ExpectedChange, FINAL_RANK, type Kind, trackOf } from "./expected-change.ts";
import type { Plan } from "./plan.ts";

/** An entry of the script: an event of ServerlessVideo or of a plugin, or a question about a video. */
export interface Moment {
  /** Since the beginning, as written, in milliseconds: whole seconds, as the times on the bus are. */
  readonly ms: number;
  readonly video: string;
  readonly happens: ScriptedEvent | ScriptedQuestion;
}

export interface ScriptedEvent {
  readonly what: "event";
  readonly bus: "default" | "callboard";
  readonly source: string;
  readonly type: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
  /** Whether the detail has the time of the event; else the bus has it. */
  readonly timed: boolean;
  /** The changes that followers of a subject must see. */
  readonly changes: readonly (Omit<ExpectedChange, "rank"> & {
    readonly subject: Subject;
    readonly final: boolean;
  })[];
}

export interface ScriptedQuestion {
  readonly what: "question";
  /** The index of the channel whose creator is asked. */
  readonly creator: number;
  /** How long the creator takes to answer, as written, in milliseconds. */
  readonly answerMs: number;
}

const SECOND = 1_000;
/** How long a broadcast is live, and how long it takes from its end to its publication, in seconds. */
const live = { shortest: 8, longest: 90 };
const PROCESSING = 20;
const VIEWS_EVERY = 15;

const hooks = [
  { type: "preValidate.moderation", plugin: "moderation" },
  { type: "preMetadata.transcribe", plugin: "transcribe" },
  { type: "postMetadata.titles", plugin: "titles" },
] as const;
/** An optional plugin that sometimes fails; the video is published nevertheless. */
const optional = { type: "postValidate.highlights", plugin: "highlights", fails: 0.2 } as const;

/** The name of a channel of a run. */
export const channelName = ({ run }: Pick<Plan, "run">, n: number): string =>
  `sim-${run}-${String(n + 1).padStart(3, "0")}`;

/** All entries, in order: each channel has one broadcast after another, and each is complete by the end. */
export function writeScript(plan: Plan): Moment[] {
  const total = Math.floor(plan.minutes * 60);
  const moments: Moment[] = [];
  for (let n = 0; n < plan.channels; n++) {
    const random = seeded(plan.seed * 1_009 + n);
    let at = upTo(random, Math.min(10, total - live.shortest - PROCESSING));
    for (let take = 1; total - at >= live.shortest + PROCESSING; take++) {
      const most = Math.min(live.longest, total - at - PROCESSING);
      const liveFor = live.shortest + upTo(random, most - live.shortest);
      moments.push(...broadcast(random, plan, n, take, at, liveFor));
      at += liveFor + PROCESSING + 2 + upTo(random, 6);
    }
  }
  return moments.sort((a, b) => a.ms - b.ms);
}

/** One broadcast from its first second to the video's publication; times are in seconds. */
function broadcast(
  random: () => number,
  plan: Plan,
  n: number,
  take: number,
  from: number,
  liveFor: number,
): Moment[] {
  const channel = channelName(plan, n);
  const video = `${channel}-v${take}`;
  const subjects = { video: `video/${video}` as Subject, channel: `channel/${channel}` as Subject };
  const lifeCycle = `arn:aws:states:us-east-1:000000000000:execution:PluginLifecycleWorkflow:${video}`;
  const moments: Moment[] = [];
  const at = (seconds: number, happens: Moment["happens"]) =>
    void moments.push({ ms: seconds * SECOND, video, happens });
  type Changes = ScriptedEvent["changes"];
  const put = (seconds: number, source: string, type: string, detail: object, changes: Changes, more = {}) =>
    at(seconds, {
      what: "event",
      bus: "default",
      source,
      type,
      resources: [],
      detail: detail as ScriptedEvent["detail"],
      timed: false,
      changes,
      ...more,
    });
  const fact = (kind: Kind, name: string, ...of: Subject[]): Changes =>
    of.map((subject) => ({ kind, track: trackOf.fact(name), subject, final: false }));
  const step = (name: string, final: boolean): Changes => [
    { kind: "step", track: trackOf.step(name), subject: subjects.video, final },
  ];
  const recording = (status: string, more = {}) => ({
    recording_status: status,
    channel_name: channel,
    stream_id: video,
    ...more,
  });
  const whole = {
    id: video,
    channel_name: channel,
    playback_url: `https://cdn.example/${video}/master.m3u8`,
    thumbnail: `https://cdn.example/${video}/thumb0.jpg`,
    durationmillis: String(liveFor * SECOND),
    width: 1920,
    height: 1080,
  };
  const plugins = "serverlessVideo.pluginManager";
  const manager = "serverlessVideo.videoManager";
  const everybody = [subjects.video, subjects.channel];

  put(from, "aws.ivs", "IVS Recording State Change", recording("Recording Start"), [
    ...fact("live", "live", ...everybody),
    ...step("recording", false),
  ]);
  for (let seconds = 1; seconds < liveFor; seconds += VIEWS_EVERY) {
    const detail = { channel_name: channel, stream_id: video, view_count: upTo(random, 5_000) };
    put(
      from + seconds,
      "serverlessVideo.viewCounter",
      "ViewCountUpdated",
      detail,
      fact("views", "views", ...everybody),
    );
  }
  const end = from + liveFor;
  const ended = recording("Recording End", { recording_duration_ms: liveFor * SECOND });
  put(end, "aws.ivs", "IVS Recording State Change", ended, [
    ...fact("live", "live", ...everybody),
    ...step("recording", true),
  ]);
  put(end + 1, manager, "MP4ProcessingStarted", { id: video, channel_name: channel }, step("mp4", false));
  put(end + 3, manager, "MP4ProcessingComplete", { id: video, compute: "lambda" }, step("mp4", true));
  put(end + 4, manager, "recording-ready", whole, step("ready", true));
  at(end + 5, { what: "question", creator: n, answerMs: (1 + upTo(random, 8)) * SECOND });
  put(end + 5, plugins, "LifeCycleStarted", whole, step("lifecycle", false), { resources: [lifeCycle] });

  let next = end + 6;
  for (const { type, plugin } of hooks) {
    const taskToken = `${video}-${plugin}`;
    const name = `plugin.${type}`;
    put(next, plugins, type, { video: { id: video }, taskToken }, step(name, false), {
      resources: [lifeCycle],
    });
    next += 1 + upTo(random, 2);
    const complete = { TaskToken: taskToken, Message: { valid: true } };
    put(next, `serverlessVideo.plugin.${plugin}`, "plugin-complete", complete, step(name, true));
  }
  put(
    next,
    "simulate",
    "Facts Set",
    { subject: subjects.video, visibility: "everyone", facts: [{ name: "tags", value: ["live", plan.run] }] },
    fact("fact", "tags", subjects.video),
    { bus: "callboard", timed: true },
  );
  const token = `${video}-${optional.plugin}`;
  const name = `plugin.${optional.type}`;
  put(next + 1, plugins, optional.type, { video: { id: video }, taskToken: token }, step(name, false), {
    resources: [lifeCycle],
  });
  if (random() < optional.fails) {
    const failed = { Message: "it failed", ExecutionId: lifeCycle };
    put(next + 2, plugins, "Plugin failed", failed, step("plugins", true));
  } else {
    const complete = { TaskToken: token, Message: { valid: true } };
    put(next + 2, `serverlessVideo.plugin.${optional.plugin}`, "plugin-complete", complete, step(name, true));
  }
  put(next + 3, plugins, "LifeCycleComplete", whole, step("lifecycle", true), { resources: [lifeCycle] });
  put(next + 4, manager, "VideoStatusUpdated", { ...whole, status: "valid" }, step("status", true));
  return moments;
}

/** The rank of a change whose event happened at that time, in milliseconds since the epoch. */
export const rankAt = (at: number, final: boolean): number => at + (final ? FINAL_RANK : 0);

/** A whole number from 0 to `most`, inclusive. */
const upTo = (random: () => number, most: number): number => Math.floor(random() * (Math.max(0, most) + 1));

/** Numbers from 0 up to 1, the same for the same seed: the Lehmer generator by Park and Miller. */
function seeded(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  const next = () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state - 1) / 2_147_483_646;
  };
  // The first numbers of similar seeds are similar too.
  for (let n = 0; n < 3; n++) next();
  return next;
}
