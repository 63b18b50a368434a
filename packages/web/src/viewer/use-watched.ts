import { captionsOf, type Items, mediaOf } from "@callboard/client/headless";
import { type SubjectProgress, useChannel, useProgress } from "@callboard/client/react";
import { type Channel, watchChannel } from "@callboard/protocol";
import { useMemo } from "react";
import { videoSteps } from "../model/words.ts";

/** A subject, as its viewers may see it. */
export interface Watched extends SubjectProgress<Record<string, unknown>> {
  readonly channel: Channel;
  readonly items: Items;
  /** Nothing was ever reported about it, as far as the server knows. */
  readonly isUnknown: boolean;
  readonly media: ReturnType<typeof mediaOf>;
  readonly captions: ReturnType<typeof captionsOf>;
}

/**
 * Follows a subject for viewers. Its number of viewers is not a report: a subject with nothing else is
 * unknown.
 */
export function useWatched(subject: string): Watched {
  const steps = subject.startsWith("video/") ? videoSteps : [];
  const progress = useProgress(subject, { steps });
  const channel = watchChannel(subject as never);
  const { items, status } = useChannel(channel);
  return useMemo(
    () => ({
      ...progress,
      channel,
      items,
      isUnknown: status === "following" && ![...items.keys()].some((key) => key !== "viewers"),
      media: mediaOf(items),
      captions: captionsOf(items),
    }),
    [progress, channel, items, status],
  );
}
