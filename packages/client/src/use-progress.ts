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

/** How far a subject is. */
export interface SubjectProgress<Data> {
  /** The steps of the first run: what is under way, else what ended last. */
  readonly steps: readonly StepProgress<Data>[];
  /** How that run stands as a whole; undefined while nobody has said. */
  readonly execution: ExecutionProgress<Data> | undefined;
  /** All runs under way, the first to start first, then the one that ended last. There is always one. */
  readonly runs: readonly RunProgress<Data>[];
  readonly title: string | undefined;
  readonly picture: Picture | undefined;
  /** What it waits for, where the channel tells: `watch:` does. */
  readonly waiting: Waiting | undefined;
  /** How many watch, where the channel tells. */
  readonly viewers: number | undefined;
  /** Nothing has come of it so far. */
  readonly loading: boolean;
  /** What is there is true, but something may be missing. */
  readonly stale: boolean;
  readonly status: ChannelStatus;
  /** The keys of steps and runs that cannot be read. */
  readonly unread: readonly string[];
}

export interface ProgressOptions extends FollowOptions {
  /** `watch` shows what everybody may know; `work` adds causes of failures, for owners. Default: `watch`. */
  readonly channel?: "watch" | "work" | undefined;
  /** The steps that are expected, in their order: those that were not reported stand among the others as `to_come`. */
  readonly steps?: readonly string[] | undefined;
}

/**
 * Follows how far a subject is, such as `order/7`. `Data` is the type of what its reports say in `data`, which nobody
 * checks. A subject that none can be is told by `status`; nothing is followed for `undefined`.
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
