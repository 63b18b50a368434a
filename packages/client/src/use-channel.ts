import type { Channel, Item } from "@callboard/protocol";
import { useCallback, useMemo, useRef, useSyncExternalStore } from "react";
import type { ChannelView } from "./channel-view.ts";
import { useCallboard } from "./use-callboard.ts";

/** A channel as it stands: a snapshot, a new object with each change. */
export interface FollowedChannel<Name extends Channel = Channel> extends ChannelView<Name> {
  /** Nothing has come of it so far. */
  readonly loading: boolean;
  /** What is there is true, but something may be missing: it is being caught up with, or cannot be followed. */
  readonly stale: boolean;
}

export interface FollowOptions {
  /** Whether to suspend until something has come; never on a server. Default: false. */
  readonly suspense?: boolean | undefined;
}

/**
 * Follows a channel while the component is mounted; for `undefined` it is an idle view without items. A name that no
 * channel can have is told by `status`.
 */
export function useChannel<const Name extends Channel>(
  name: Name | undefined,
  options?: FollowOptions,
): FollowedChannel<Name> {
  const names = useMemo(() => (name === undefined ? [] : [name]), [name]);
  return (useChannels(names, options)[0] ?? nothing) as FollowedChannel<Name>;
}

/** Follows several channels at once; a new list whenever one of them changes. */
export function useChannels(
  names: readonly Channel[],
  { suspense = false }: FollowOptions = {},
): readonly FollowedChannel[] {
  const client = useCallboard();
  const key = JSON.stringify(names);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same names are the same channels, in whichever list
  const { views, idle } = useMemo(
    () => ({ views: names.map((name) => client.channel(name)), idle: names.map(idleChannel) }),
    [client, key],
  );
  const last = useRef<readonly FollowedChannel[]>([]);
  const subscribe = useCallback(
    (changed: () => void) => {
      const stops = views.map((view) => view.follow(changed));
      return () => {
        for (const stop of stops) stop();
      };
    },
    [views],
  );
  const snapshot = () => {
    const next = views.map((view, at) => snapshotOf(view, last.current[at]));
    const isSame = next.length === last.current.length && next.every((one, at) => one === last.current[at]);
    if (!isSame) last.current = next;
    return last.current;
  };
  const channels = useSyncExternalStore(subscribe, snapshot, () => idle);
  // What a server renders, and a page before it takes over, waits for nothing.
  if (suspense && channels !== idle) for (const view of views) if (isLoading(view)) throw firstSight(view);
  return channels;
}

const noItems: ReadonlyMap<string, Item> = new Map();

function idleChannel(name: Channel): FollowedChannel {
  return {
    name,
    status: "idle",
    items: noItems,
    offset: 0,
    epoch: undefined,
    loading: true,
    stale: true,
    get: () => undefined,
    follow: () => () => {},
  };
}

const nothing = /* @__PURE__ */ idleChannel("watch:none/none");

const isLoading = ({ status, epoch }: ChannelView): boolean =>
  typeof status === "string" && status !== "following" && epoch === undefined;

/** The view as it stands now; the former snapshot when nothing that shows is different. */
function snapshotOf(view: ChannelView, former: FollowedChannel | undefined): FollowedChannel {
  const { name, status, items, offset, epoch, follow } = view;
  if (former?.name === name && former.status === status && former.items === items) return former;
  return {
    name,
    status,
    items,
    offset,
    epoch,
    follow,
    loading: isLoading(view),
    stale: status !== "following",
    get: (key: string) => items.get(key)?.value as never,
  };
}

/** A component that was suspended follows by itself within this time, in milliseconds, or is not there any more. */
const TAKE_OVER_MS = 5_000;
/** Whoever waits for longer is asked whether it still waits. */
const ASK_AGAIN_MS = 60_000;

const sights = /* @__PURE__ */ new WeakMap<ChannelView, Promise<void>>();

/** Follows a view on behalf of components that cannot yet, until something has come. */
function firstSight(view: ChannelView): Promise<void> {
  const waiting = sights.get(view);
  if (waiting) return waiting;
  let end = () => {};
  const stop = view.follow(() => {
    if (!isLoading(view)) end();
  });
  const sight = new Promise<void>((seen) => {
    end = () => {
      clearTimeout(late);
      sights.delete(view);
      setTimeout(stop, TAKE_OVER_MS);
      seen();
    };
    const late = setTimeout(end, ASK_AGAIN_MS);
  });
  sights.set(view, sight);
  return sight;
}
