import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { handBack, type PluginEvent, type Verdict } from "./plugin.ts";
import { durationLimit } from "./registered.ts";

/** How long a video may be: Amazon Transcribe takes no more than four hours. */
export const longestMs = 4 * 3600 * 1000;

/** Says whether a video's length is what can be processed. */
export function judgeDuration(told: unknown): Verdict {
  // Some events carry numbers as text.
  const durationMs = typeof told === "string" ? Number(told) : told;
  if (typeof durationMs !== "number" || !(durationMs > 0))
    return { valid: false, reason: "The video has no length" };
  return durationMs > longestMs
    ? { valid: false, reason: "The video is longer than four hours" }
    : { valid: true };
}

/** The plugin, on an event bus: it knows ServerlessVideo's events and nothing else. */
export const durationLimitPlugin =
  (bus: EventBridgeClient) =>
  async ({ detail }: PluginEvent): Promise<void> =>
    handBack(bus, durationLimit.name, detail.taskToken, judgeDuration(detail.video.durationmillis));
