import {
  applyDelta,
  applySubscribed,
  type Channel,
  type ChannelMap,
  type DeltaOutcome,
  emptyChannelMap,
  type Item,
  type Position,
  type ServerMessageOf,
} from "@callboard/protocol";
import type { ChannelStatus, ChannelView } from "./channel-view.ts";
import type { ClientClock } from "./clock.ts";
import { type Answer, judgeAnswer } from "./judge-answer.ts";
import { createListeners } from "./listeners.ts";

/** What misses its predecessor waits this long for it, in milliseconds. */
const GAP_MS = 500;
/** So many deltas are held at most; the oldest go first, and are missed like any other gap. */
const MOST_HELD = 200;

type Delta = ServerMessageOf<"delta">;

/** One channel: its map, what is shown of it, and the deltas that do not fit yet. */
export interface ChannelFeed {
  readonly view: ChannelView;
  readonly followed: boolean;
  /** Whether a subscribe shall be sent, although one was sent before. */
  readonly wantsAnswer: boolean;
  /** The number of the last subscribe or unsubscribe. */
  readonly sub: number;
  /** Raises `sub` for a subscribe, and says where the map stands. */
  subscribe(): { sub: number; after?: Position };
  /** Raises `sub` for an unsubscribe. */
  unsubscribe(): number;
  /** Takes the answer to the last subscribe; `stuck`: the server says `more` but does not go on. */
  answer(answer: Answer): "complete" | "more" | "stuck";
  refuse(error: "forbidden"): void;
  /** Takes a delta, or holds it; `answerDue`: whether the answer to a subscribe is still to come. */
  delta(delta: Delta, answerDue: boolean): void;
  /** The map may be behind: subscribe again. */
  doubt(): void;
  /** There is no connection. */
  offline(): void;
  /** Forgets the map of a channel that nobody follows. */
  forget(): void;
}

/** `changed` is called when the feed wants something sent: it is followed, not any more, or doubts its map. */
export function createChannelFeed(
  name: Channel,
  clock: ClientClock,
  wants: (feed: ChannelFeed) => void,
): ChannelFeed {
  const listeners = createListeners<[readonly Item[], ChannelView]>();
  let map: ChannelMap = emptyChannelMap;
  let shown: ReadonlyMap<string, Item> = new Map();
  /** Where `shown` stands. */
  let stand: Pick<ChannelMap, "epoch" | "offset"> = emptyChannelMap;
  let status: ChannelStatus = "idle";
  let followers = 0;
  let wantsAnswer = false;
  let sub = 0;
  /** The position that the last subscribe named. */
  let asked: Position | undefined;
  /** Pages of a map anew are not shown before the last of them: the view would lose items for a while. */
  let anew = false;
  /** The last answer said that there is more. */
  let paging = false;
  /** While a map is paged from its beginning: the channel's head as it was when the first page was read. */
  let base: number | undefined;
  /** Deltas that do not fit, each with the `sub` at which it came. */
  let held: { delta: Delta; sub: number }[] = [];
  let cancelGap: (() => void) | undefined;

  const view: ChannelView = {
    name,
    get status() {
      return status;
    },
    get items() {
      return shown;
    },
    get offset() {
      return stand.offset;
    },
    get epoch() {
      return stand.epoch;
    },
    get: <T>(key: string) => shown.get(key)?.value as T | undefined,
    follow(listener) {
      const remove = listener && listeners.add(listener);
      if (followers++ === 0) {
        wantsAnswer = true;
        status = "catching_up";
        wants(feed);
      }
      let over = false;
      return () => {
        if (over) return;
        over = true;
        remove?.();
        if (--followers === 0) rest();
      };
    },
  };

  function rest(): void {
    status = "idle";
    wantsAnswer = false;
    release();
    wants(feed);
  }

  function release(): void {
    held = [];
    paging = false;
    cancelGap?.();
    cancelGap = undefined;
  }

  /** Shows the map as it is now, and tells what is different if anything is. */
  function show(next: ChannelStatus, brought: readonly Item[]): void {
    const before = shown;
    const turned = status !== next;
    status = next;
    const changed: Item[] = [];
    if (!anew) {
      stand = map;
      const after = new Map([...map.items].filter(([, item]) => item.value !== null));
      for (const [key, item] of after) if (before.get(key) !== item) changed.push(item);
      for (const [key, item] of before)
        if (!after.has(key))
          changed.push(brought.find((other) => other.key === key) ?? { ...item, value: null });
      if (changed.length > 0) shown = after;
    }
    if (turned || changed.length > 0) listeners.emit(changed, view);
  }

  function take(delta: Delta): DeltaOutcome {
    // It was read before the first page was: what it brings may have been removed, and forgotten, in between.
    if (base !== undefined && delta.epoch === map.epoch && delta.to <= base) return { outcome: "ignored" };
    const result = applyDelta(map, delta);
    if (result.outcome !== "applied") return result;
    if (result.map.epoch !== map.epoch) base = undefined;
    map = result.map;
    return result;
  }

  /** Applies what fits of the deltas that are held, in their order. */
  function settle(): Item[] {
    const brought: Item[] = [];
    held.sort((a, b) => a.delta.from - b.delta.from);
    held = held.filter(({ delta }) => {
      const result = take(delta);
      if (result.outcome === "applied") brought.push(...result.changed);
      return result.outcome === "gap";
    });
    return brought;
  }

  function awaitGap(): void {
    if (held.length === 0) {
      cancelGap?.();
      cancelGap = undefined;
    } else {
      cancelGap ??= clock.after(GAP_MS, () => {
        cancelGap = undefined;
        feed.doubt();
      });
    }
  }

  const feed: ChannelFeed = {
    view,
    get followed() {
      return followers > 0;
    },
    get wantsAnswer() {
      return wantsAnswer;
    },
    get sub() {
      return sub;
    },
    subscribe() {
      wantsAnswer = false;
      asked =
        map.epoch === undefined
          ? undefined
          : { epoch: map.epoch, offset: map.offset, ...(base === undefined ? {} : { base }) };
      return { sub: ++sub, ...(asked ? { after: asked } : {}) };
    },
    unsubscribe: () => ++sub,
    answer(answer) {
      const judgement = judgeAnswer(map, asked, answer);
      const starts = judgement === "anew";
      const brought: Item[] = [];
      if (judgement !== "overtaken") {
        if (starts && answer.more && shown.size > 0) anew = true;
        const result = applySubscribed(starts ? emptyChannelMap : map, answer);
        map = result.map;
        base = answer.more ? answer.base : undefined;
        brought.push(...result.changed);
      }
      brought.push(...settle());
      const stuck = answer.more === true && (starts ? paging : map.offset <= (asked?.offset ?? 0));
      paging = answer.more === true;
      if (answer.more) {
        wantsAnswer = !stuck;
        show("catching_up", brought);
        if (wantsAnswer) wants(feed);
        return stuck ? "stuck" : "more";
      }
      anew = false;
      // What came before this subscribe was sent is in its answer, or of a channel that is no more.
      held = held.filter((waiting) => waiting.sub >= sub);
      awaitGap();
      show("following", brought);
      return "complete";
    },
    refuse(error) {
      release();
      show({ error }, []);
    },
    delta(delta, answerDue) {
      if (followers === 0) return;
      const result = take(delta);
      if (result.outcome === "ignored") return;
      if (result.outcome === "gap") {
        held.push({ delta, sub });
        if (held.length > MOST_HELD) held.shift();
        if (!answerDue) awaitGap();
        return;
      }
      const brought = [...result.changed, ...settle()];
      if (!answerDue) awaitGap();
      show(status, brought);
    },
    doubt() {
      if (followers === 0) return;
      wantsAnswer = true;
      show("catching_up", []);
      wants(feed);
    },
    offline() {
      if (followers === 0) return;
      release();
      show("catching_up", []);
    },
    forget() {
      map = emptyChannelMap;
      stand = emptyChannelMap;
      shown = new Map();
      anew = false;
      base = undefined;
    },
  };
  return feed;
}
