import type { Channel } from "@callboard/protocol";
import { useMemo } from "react";
import type { ChannelStatus } from "./channel-view.ts";
import {
  type ExecutionProgress,
  progressOf,
  type RunProgress,
  type StepProgress,
  unreadProgress,
} from "./headless/progress.ts";
import { pictureOf, titleOf, viewersOf, type Waiting, waitingOf } from "./headless/subject.ts";
import { type FollowOptions, useChannel } from "./use-channel.ts";
import { type Picture, usePicture } from "./use-picture.ts";

/** The progress of a subject. */
export interface SubjectProgress<Data> {
  /** The steps of the first run: the one in progress, else the one that ended last. */
  readonly steps: readonly StepProgress<Data>[];
  /** The state of that run as a whole; undefined while nothing was reported. */
  readonly execution: ExecutionProgress<Data> | undefined;
  /** All runs in progress, the first to start first, then the one that ended last. There is always one. */
  readonly runs: readonly RunProgress<Data>[];
  readonly title: string | undefined;
  readonly picture: Picture | undefined;
  /** What it waits for, if the channel has that: `watch:` does. */
  readonly waiting: Waiting | undefined;
  /** The number of viewers, if the channel has it. */
  readonly viewers: number | undefined;
  /** No data has come so far. */
  readonly loading: boolean;
  /** The data is true, but something may be missing. */
  readonly stale: boolean;
  readonly status: ChannelStatus;
  /** The keys of steps and runs that cannot be read. */
  readonly unread: readonly string[];
}

export interface ProgressOptions extends FollowOptions {
  /** `watch` shows what everybody may see; `work` adds causes of failures, for owners. Default: `watch`. */
  readonly channel?: "watch" | "work" | undefined;
  /** The expected steps, in order: those without a report are shown in their place as `to_come`. */
  readonly steps?: readonly string[] | undefined;
}

/**
 * Follows the progress of a subject such as `order/7`. `Data` is the type of the reports' `data`, which is
 * not checked. For an invalid subject, `status` holds the error; for `undefined` nothing is followed.
 */
export function useProgress<Data = Record<string, unknown>>(
  subject: string | undefined,
  { channel = "watch", steps, suspense }: ProgressOptions = {},
): SubjectProgress<Data> {
  const name = subject === undefined ? undefined : (`${channel}:${subject}` as Channel);
  const { items, status, loading, stale } = useChannel(name, { suspense });
  const expected = JSON.stringify(steps ?? []);
  const known = useMemo(() => {
    const runs = progressOf(items, JSON.parse(expected)) as unknown as readonly RunProgress<Data>[];
    const [{ steps, execution }] = runs as [RunProgress<Data>];
    return {
      steps,
      execution,
      runs,
      title: titleOf(items),
      waiting: waitingOf(items),
      viewers: viewersOf(items),
      unread: unreadProgress(items),
    };
  }, [items, expected]);
  const picture = usePicture(
    name,
    "avatar",
    useMemo(() => pictureOf(items), [items]),
  );
  return { ...known, picture, status, loading, stale };
}
