import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { type PluginEvent, sendAnswer, type Verdict } from "./plugin.ts";
import { durationLimit } from "./registered.ts";

/** How long a video may be: Amazon Transcribe accepts at most four hours. */
export const MAX_MS = 4 * 3600 * 1000;

/** Says whether a video of this length can be processed. */
export function judgeDuration(told: unknown): Verdict {
  // Some events carry numbers as text.
  const durationMs = typeof told === "string" ? Number(told) : told;
  if (typeof durationMs !== "number" || !(durationMs > 0))
    return { valid: false, reason: "The video has no length" };
  return durationMs > MAX_MS
    ? { valid: false, reason: "The video is longer than four hours" }
    : { valid: true };
}

/** The plugin, on an event bus: it uses only ServerlessVideo's events. */
export const durationLimitPlugin =
  (bus: EventBridgeClient) =>
  async ({ detail }: PluginEvent): Promise<void> =>
    sendAnswer(bus, durationLimit.name, detail.taskToken, judgeDuration(detail.video.durationmillis));
