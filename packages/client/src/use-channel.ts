import type { Channel, Item } from "@callboard/protocol";
import { useCallback, useMemo, useRef, useSyncExternalStore } from "react";
import type { ChannelView } from "./channel-view.ts";
import { useCallboard } from "./use-callboard.ts";

/** A snapshot of a channel; a new object after each change. */
export interface FollowedChannel<Name extends Channel = Channel> extends ChannelView<Name> {
  /** No data has come so far. */
  readonly loading: boolean;
  /** The data is true, but something may be missing: it is catching up, or cannot be followed. */
  readonly stale: boolean;
}

export interface FollowOptions {
  /** Whether to suspend until data has come; never on a server. Default: false. */
  readonly suspense?: boolean | undefined;
}

/**
 * Follows a channel while the component is mounted; for `undefined` it returns an idle view without items.
 * For an invalid name, `status` holds the error.
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
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same names are the same channels, in any list
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
  // The render on a server, and a page's first render after it, wait for nothing.
  if (suspense && channels !== idle) for (const view of views) if (isLoading(view)) throw firstData(view);
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

/** A snapshot of the view; the former snapshot when nothing visible has changed. */
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

/** A suspended component follows by itself within this time, in milliseconds, or no longer exists. */
const TAKE_OVER_MS = 5_000;
/** Components that wait longer than this are checked again, in milliseconds. */
const ASK_AGAIN_MS = 60_000;

const sights = /* @__PURE__ */ new WeakMap<ChannelView, Promise<void>>();

/** Follows a view, until data has come, for components that are suspended and cannot do so. */
function firstData(view: ChannelView): Promise<void> {
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
