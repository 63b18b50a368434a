import { readFileSync } from "node:fs";
import { eventSource, filled } from "./definition.ts";

export { ownPlugins, pluginRules, type RegisteredPlugin } from "./plugins/registered.ts";

/** The substitutions of a deployment for `plugin-lifecycle.asl.json`. */
export interface LifecycleSubstitutions {
  /** Callboard's bus. */
  readonly BusName: string;
  readonly TableName: string;
  /** Prefixes of the partition keys of the registry, and of the reported ends. */
  readonly HookPrefix: string;
  readonly LifecyclePrefix: string;
  /** The attribute with the expiry of a row. */
  readonly Ttl: string;
}

/** The substitutions of a deployment for `recording.asl.json`. */
export interface RecordingSubstitutions {
  readonly BusName: string;
  readonly ProbeFunction: string;
}

/** The state machines besides the post-processing, by the names of their files. */
export const lifecycleFiles = {
  lifecycle: "plugin-lifecycle.asl.json",
  recording: "recording.asl.json",
} as const;

// Like the post-processing's, they are next to the folder of the code, in the sources and in a bundle.
const lifecycleUrl = new URL("../plugin-lifecycle.asl.json", import.meta.url);
const recordingUrl = new URL("../recording.asl.json", import.meta.url);

/**
 * The plugin life cycle, as JSON text. Code that is bundled without its files passes the definition's text as `source`.
 */
export const lifecycleDefinition = (
  substitutions: LifecycleSubstitutions,
  source = readFileSync(lifecycleUrl, "utf8"),
): string => filled(source, valuesOf(substitutions));

/** The state machine that announces an upload to it, as JSON text. */
export const recordingDefinition = (
  substitutions: RecordingSubstitutions,
  source = readFileSync(recordingUrl, "utf8"),
): string => filled(source, valuesOf(substitutions));

const valuesOf = (substitutions: object): ReadonlyMap<string, string> =>
  new Map<string, string>(Object.entries({ ...substitutions, Source: eventSource }));

/** The source of events on the account's default bus that a video is ready. */
export const videoManager = "serverlessVideo.videoManager";

/**
 * The rules of the account's default bus that start the life cycle: a video is ready, or an execution of the life cycle
 * itself has ended early.
 */
export const lifecycleRules = (lifecycleArn: string) =>
  [
    {
      name: "recording-ready",
      pattern: { source: [videoManager], "detail-type": ["recording-ready"] },
    },
    {
      name: "lifecycle-ended",
      pattern: {
        source: ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        detail: { stateMachineArn: [lifecycleArn], status: ["FAILED", "TIMED_OUT", "ABORTED"] },
      },
    },
  ] as const;
