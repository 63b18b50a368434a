import {
  applyDelta,
  applySubscribed,
  type ChannelMap,
  type DeltaOutcome,
  emptyChannelMap,
  type Item,
  type Position,
  type ServerMessageOf,
} from "@callboard/protocol";
import type { ChannelStatus } from "./channel-view.ts";
import { type Answer, judgeAnswer } from "./judge-answer.ts";

/** How long a delta waits for the one before it, in milliseconds. */
const GAP_MS = 500;
/** The most deltas held at a time. The oldest are dropped first, and are missing like any other gap. */
const MAX_HELD = 200;

type Delta = ServerMessageOf<"delta">;

/** What is kept of a channel even without followers, so that the next one resumes. */
interface Kept {
  /** The number of the last subscribe or unsubscribe. */
  readonly sub: number;
  /** The position that the last subscribe named. */
  readonly after: Position | undefined;
  /** The channel as answers and deltas have built it. */
  readonly map: ChannelMap;
  /** While `map` is read in pages from its beginning: the channel's head when the first page was read. */
  readonly base: number | undefined;
  /** What the view shows: `map` without removed items, and what has changed since the last time. */
  readonly shown: ChannelMap & { readonly changed: readonly Item[] };
  /**
   * `map` is being read again in pages. It is shown with the last page, because the view would lose items
   * until then.
   */
  readonly hidden: boolean;
  /** The last answer announced more pages. */
  readonly paging: boolean;
  /** Deltas that do not fit yet, each with the `sub` that was current when it came. */
  readonly held: readonly { readonly delta: Delta; readonly sub: number }[];
  /**
   * When to ask for what the held deltas miss; undefined while nothing is missing, or an answer will bring
   * it.
   */
  readonly gapAt: number | undefined;
}

/**
 * The state of a channel in the client. `idle`: nobody follows it; `due`: a subscribe is to be sent;
 * `subscribing`: it was sent; `stuck`: its answer said that there is more, but brought nothing; `live`: the map is what the server has;
 * `forbidden`: the server refused it; `offline`: there is no connection.
 *
 * ```
 *           follow        subscribe                answer, the last page
 *     idle ───────▶ due ────────────▶ subscribing ───────────────────────▶ live
 *                    ▲                  │  │  └──── refuse ────▶ forbidden   │
 *                    ├── answer, more ──┘  └─ answer, more of nothing ▶ stuck │
 *                    └── behind, gap_over ─────────────── from all but idle ─┘
 * ```
 *
 * From every state but `idle`, `offline` leads to `offline` and `leave` to `idle`. A renewal subscribes while
 * the channel is `live`, and it stays `live`. While a subscribe is `due`, the answer to an earlier one was sent
 * before that, so the state stays `due`.
 */
export interface ChannelState extends Kept {
  readonly state: "idle" | "due" | "subscribing" | "stuck" | "live" | "forbidden" | "offline";
}

/** What happens to a channel: by its followers, the server or the connection. */
export type ChannelEvent =
  /** A first follower came, or the last one left. */
  | [event: "follow" | "leave"]
  /**
   * The message is about to be sent: it takes the next `sub`, and a subscribe takes the map's position as
   * `after`.
   */
  | [event: "subscribe" | "unsubscribe"]
  /** The answer to the last subscribe, or its refusal. */
  | [event: "answer", answer: Answer]
  | [event: "refuse"]
  /** `answerDue`: the answer to a subscribe is still expected on the same connection. */
  | [event: "delta", delta: Delta, answerDue: boolean]
  /** The time `gapAt` has come. */
  | [event: "gap_over"]
  /** The map may be behind. */
  | [event: "behind"]
  | [event: "offline"]
  /** The map of a channel without followers is dropped. */
  | [event: "forget"];

/** The channel's new state, and what to do about it, in this order. */
export interface ChannelStep {
  readonly state: ChannelState;
  /** Call back at `gapAt` with `gap_over`, and at no other time. */
  readonly wait: boolean;
  /** There is something to send: a subscribe, or an unsubscribe after the last follower left. */
  readonly send: boolean;
  /** Notify the listeners: these items have changed, or only the status has (an empty list). */
  readonly changed: readonly Item[] | undefined;
}

/** The state of a channel before anything is known about it. */
export const unknownChannel: ChannelState = {
  state: "idle",
  sub: 0,
  after: undefined,
  map: emptyChannelMap,
  base: undefined,
  shown: { ...emptyChannelMap, changed: [] },
  hidden: false,
  paging: false,
  held: [],
  gapAt: undefined,
};

const nothingHeld = { paging: false, held: [], gapAt: undefined };

/** The next step of a channel. `now` is in milliseconds. */
export function reduce(before: ChannelState, event: ChannelEvent, now: number): ChannelStep {
  const state = evolve(before, event, now);
  const changed = state.shown === before.shown ? [] : state.shown.changed;
  return {
    state,
    wait: state.gapAt !== before.gapAt,
    send: state.state !== before.state && (state.state === "due" || state.state === "idle"),
    changed: statusOf(state) !== statusOf(before) || changed.length > 0 ? changed : undefined,
  };
}

/** The status that a view shows for a state; always the same object for the same status. */
export function statusOf({ state }: ChannelState): ChannelStatus {
  switch (state) {
    case "idle":
      return state;
    case "live":
      return "following";
    case "forbidden":
      return forbidden;
    default:
      return "catching_up";
  }
}
const forbidden: ChannelStatus = { error: "forbidden" };

function evolve(state: ChannelState, event: ChannelEvent, now: number): ChannelState {
  if (state.state === "idle")
    switch (event[0]) {
      case "follow":
        return { ...state, state: "due" };
      case "unsubscribe":
        return { ...state, sub: state.sub + 1 };
      case "forget":
        return { ...unknownChannel, sub: state.sub };
      default:
        return state;
    }
  switch (event[0]) {
    case "leave":
      return { ...state, ...nothingHeld, state: "idle" };
    case "subscribe": {
      const { epoch, offset } = state.map;
      const { base } = state;
      const after = epoch === undefined ? undefined : { epoch, offset, ...(base !== undefined && { base }) };
      const next = { ...state, sub: state.sub + 1, after };
      return state.state === "live" || state.state === "forbidden" ? next : { ...next, state: "subscribing" };
    }
    case "answer":
      return takeAnswer(state, event[1], now);
    case "refuse":
      return state.state === "due" ? state : { ...state, ...nothingHeld, state: "forbidden" };
    case "delta":
      return takeDelta(state, event[1], event[2] ? undefined : now);
    case "gap_over":
      return { ...state, gapAt: undefined, state: "due" };
    case "behind":
      return { ...state, state: "due" };
    case "offline":
      return { ...state, ...nothingHeld, state: "offline" };
    default:
      return state;
  }
}

function takeAnswer(state: ChannelState, answer: Answer, now: number): ChannelState {
  const judgement = judgeAnswer(state.map, state.after, answer);
  const isWhole = judgement === "whole";
  const paging = answer.more === true;
  let next: ChannelState = { ...state, paging, hidden: paging && state.hidden };
  let brought: readonly Item[] = [];
  if (judgement !== "overtaken") {
    const { map, changed } = applySubscribed(isWhole ? emptyChannelMap : state.map, answer);
    const hidden = paging && (state.hidden || (isWhole && state.shown.items.size > 0));
    next = { ...next, map, base: paging ? answer.base : undefined, hidden };
    brought = changed;
  }
  if (paging) {
    next = settle(next, brought);
    const stuck = isWhole ? state.paging : next.map.offset <= (state.after?.offset ?? 0);
    return { ...next, state: stuck ? "stuck" : "due" };
  }
  // A delta from before this subscribe is in its answer, or belongs to a channel that no longer exists: an
  // empty map would take it for the first change of a new one.
  const held = next.held.filter(({ sub }) => sub >= state.sub);
  next = settle({ ...next, held }, brought);
  return awaitGap({ ...next, state: state.state === "due" ? "due" : "live" }, now);
}

/** `now` is undefined while an answer is expected, because it may bring what is missing. */
function takeDelta(state: ChannelState, delta: Delta, now: number | undefined): ChannelState {
  const result = apply(state, delta);
  switch (result.outcome) {
    case "ignored":
      return state;
    case "gap":
      return awaitGap({ ...state, held: [...state.held, { delta, sub: state.sub }].slice(-MAX_HELD) }, now);
    case "applied":
      return awaitGap(settle({ ...state, ...result.copy }, result.changed), now);
  }
}

const awaitGap = (state: ChannelState, now: number | undefined): ChannelState =>
  now === undefined
    ? state
    : { ...state, gapAt: state.held.length > 0 ? (state.gapAt ?? now + GAP_MS) : undefined };

/**
 * Applies the held deltas that fit, in order, and shows the map; the items in `brought` were applied before.
 */
function settle(state: ChannelState, brought: readonly Item[]): ChannelState {
  let copy: Copy = state;
  const applied = [...brought];
  const held = [...state.held]
    .sort((a, b) => a.delta.from - b.delta.from)
    .filter(({ delta }) => {
      const result = apply(copy, delta);
      if (result.outcome === "applied") {
        copy = result.copy;
        applied.push(...result.changed);
      }
      return result.outcome === "gap";
    });
  const { map, base } = copy;
  return { ...state, map, base, held, shown: state.hidden ? state.shown : show(state.shown, map, applied) };
}

type Copy = Pick<Kept, "map" | "base">;
type Applied = { outcome: "applied"; copy: Copy; changed: readonly Item[] };

function apply({ map, base }: Copy, delta: Delta): Applied | Exclude<DeltaOutcome, { outcome: "applied" }> {
  // The delta was read before the first page: an item in it may have been removed, and forgotten,
  // in between.
  if (delta.epoch === map.epoch && delta.to <= (base ?? 0)) return { outcome: "ignored" };
  const result = applyDelta(map, delta);
  if (result.outcome !== "applied") return result;
  return { ...result, copy: { map: result.map, base: delta.epoch === map.epoch ? base : undefined } };
}

/** What is shown once the map is `map`; `brought` also has the removals, which the map does not keep. */
function show({ items: before }: Kept["shown"], map: ChannelMap, brought: readonly Item[]): Kept["shown"] {
  const items = new Map([...map.items].filter(([, item]) => item.value !== null));
  const changed = [...items.values()].filter((item) => before.get(item.key) !== item);
  for (const [key, item] of before)
    if (!items.has(key))
      changed.push(brought.findLast((other) => other.key === key) ?? { ...item, value: null });
  return { ...map, items: changed.length > 0 ? items : before, changed };
}
