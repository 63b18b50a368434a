import type { Item } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import {
  type ChannelEvent,
  type ChannelState,
  type ChannelStep,
  reduce,
  statusOf,
  unknownChannel,
} from "./channel-state.ts";
import type { Answer } from "./judge-answer.ts";
import { answer, item, values, watch } from "./testing/lobby.ts";

/** An event that has nothing but its name goes by that. */
type Named = Exclude<ChannelEvent, ["answer" | "delta", ...unknown[]]>[0];
type Event = ChannelEvent | Named;
const eventOf = (event: Event): ChannelEvent => (typeof event === "string" ? [event] : event);

/** The answer to the last subscribe, of epoch `e` unless `more` says otherwise; its `sub` does not matter here. */
const answered = (offset: number, items: Item[] = [], more: Partial<Answer> = {}): ChannelEvent => [
  "answer",
  { ...answer(1, offset, ...items), ...more },
];
const delta = (
  from: number,
  to: number,
  items: Item[] = [],
  epoch = "e",
  answerDue = false,
): ChannelEvent => ["delta", { type: "delta", channel: watch, epoch, from, to, items }, answerDue];

/** A state that has come about at time 0, and what an event at a later time makes of it. */
const given = (...events: Event[]) => from(unknownChannel, ...events);
const from = (state: ChannelState, ...events: Event[]) =>
  events.reduce((before, event) => reduce(before, eventOf(event), 0).state, state);
const when = (state: ChannelState, event: Event, now = 0) => {
  const step = reduce(state, eventOf(event), now);
  return { ...step, does: inWords(step), shows: values(step.state.shown.items) };
};
const inWords = ({ state, wait, send, changed }: ChannelStep) => [
  ...(wait ? [`wait ${state.gapAt}`] : []),
  ...(send ? ["send"] : []),
  ...(changed ? [`tell ${changed.map(({ key, value }) => `${key}=${value}`)}`.trim()] : []),
];

const a1 = item("a", 1);
const more = { more: true } as const;
const live = given("follow", "subscribe", answered(1, [a1]), "behind", "subscribe", answered(1));
const states: Record<ChannelState["state"], ChannelState> = {
  idle: from(live, "leave"),
  due: from(live, "behind"),
  subscribing: from(live, "behind", "subscribe"),
  stuck: from(live, "behind", "subscribe", answered(1, [], more)),
  live,
  forbidden: from(live, "behind", "subscribe", "refuse"),
  offline: from(live, "offline"),
};
const named = "follow leave subscribe unsubscribe refuse gap_over behind offline forget".split(
  " ",
) as Named[];
const events: Record<string, Event> = {
  ...Object.fromEntries(named.map((name) => [name, name])),
  whole: answered(2, [item("b", 2)]),
  more: answered(2, [item("b", 2)], more),
  nothing: answered(1, [], more),
  fits: delta(1, 2, [item("b", 2)]),
  gap: delta(7, 8, [item("b", 8)]),
};

/** Where each event leads from each state; a dot where the state stays the same. */
const transitions = `
  from        follow leave subscribe   unsubscribe whole more nothing refuse    fits gap gap_over behind offline forget
  idle        due    .     .           .           .     .    .       .         .    .   .        .      .       .
  due         .      idle  subscribing .           .     .    stuck   .         .    .   .        .      offline .
  subscribing .      idle  .           .           live  due  stuck   forbidden .    .   due      due    offline .
  stuck       .      idle  subscribing .           live  due  .       forbidden .    .   due      due    offline .
  live        .      idle  .           .           live  due  stuck   forbidden .    .   due      due    offline .
  forbidden   .      idle  .           .           live  due  stuck   .         .    .   due      due    offline .
  offline     .      idle  subscribing .           live  due  stuck   forbidden .    .   due      due    .       .`;

const [head = [], ...rows] = transitions
  .trim()
  .split("\n")
  .map((row) => row.trim().split(/\s+/));
const cells = rows.flatMap(([name = "", ...row]) =>
  row.map(
    (next, n) => [name as ChannelState["state"], head[n + 1] ?? "", next === "." ? name : next] as const,
  ),
);

describe("every state and every event", () => {
  it("are in the table", () => {
    expect(rows.map(([name]) => name)).toEqual(Object.keys(states));
    expect(head.slice(1).sort()).toEqual(Object.keys(events).sort());
    for (const [name, state] of Object.entries(states)) expect(state.state).toBe(name);
  });

  it.each(cells)("%s, %s: then %s", (name, event, next) => {
    const { state, does } = when(states[name], events[event]!);
    expect(state.state).toBe(next);
    expect(does.includes("send")).toBe(next !== name && (next === "due" || next === "idle"));
    const told = does.some((effect) => effect.startsWith("tell"));
    // Nobody listens to a channel that nobody follows.
    const isDifferent = name !== "idle" && state.shown.items !== states[name].shown.items;
    expect(told).toBe(statusOf(state) !== statusOf(states[name]) || isDifferent);
  });

  it("show as one of four statuses, which is always the same object", () => {
    const behind = "catching_up";
    const statuses = ["idle", behind, behind, behind, "following", { error: "forbidden" }, behind];
    expect(Object.values(states).map(statusOf)).toEqual(statuses);
    expect(statusOf({ ...states.forbidden })).toBe(statusOf(states.forbidden));
  });
});

describe("a subscribe", () => {
  it("takes the next number, as an unsubscribe does, and names the map's position", () => {
    const first = given("follow", "subscribe");
    expect([first.sub, first.after]).toEqual([1, undefined]);
    const again = from(live, "leave", "unsubscribe", "follow", "subscribe");
    expect([again.sub, again.after]).toStrictEqual([4, { epoch: "e", offset: 1 }]);
  });

  it("on a new connection is not visible while the channel is live or forbidden", () => {
    expect(when(live, "subscribe")).toMatchObject({ state: { state: "live", sub: 3 }, does: [] });
    expect(when(states.forbidden, "subscribe").does).toEqual([]);
  });

  it("is still sent when the answer to an earlier one arrives, whose items are shown", () => {
    const { state, does, shows } = when(states.due, answered(2, [item("b", 2)]));
    expect([state.state, does, shows]).toEqual(["due", ["tell b=b2"], { a: "a1", b: "b2" }]);
    expect(when(states.due, "refuse")).toMatchObject({ state: states.due, does: [] });
  });
});

describe("a delta", () => {
  it("that fits is shown at once, whatever the channel waits for", () => {
    for (const name of ["due", "subscribing", "stuck", "live", "offline"] as const)
      expect(when(states[name], delta(0, 2, [a1, item("b", 2)]))).toMatchObject({
        does: ["tell b=b2"],
        shows: { a: "a1", b: "b2" },
      });
  });

  it("with nothing new changes nothing", () => {
    expect(when(live, delta(0, 1, [a1]))).toMatchObject({ state: live, does: [] });
  });

  it("without items moves the view's position silently", () => {
    const { state, does } = when(live, delta(1, 2));
    expect([state.shown.offset, does]).toEqual([2, []]);
    expect(state.shown.items).toBe(live.shown.items);
  });

  it("that arrives too early is held for half a second from the first, then the client asks", () => {
    const first = when(live, delta(2, 3, [item("c", 3)]), 1000);
    expect([first.does, first.shows]).toEqual([["wait 1500"], { a: "a1" }]);
    const second = when(first.state, delta(4, 5, [item("e", 5)]), 1400);
    expect(second.does).toEqual([]);
    expect(when(second.state, "gap_over", 1500).does).toEqual(["wait undefined", "send", "tell"]);
  });

  it("that closes the gap applies the held ones too, in their order", () => {
    const late = [delta(5, 6, [item("f", 6)]), delta(3, 4, [item("d", 4)]), delta(2, 3, [item("c", 3)])];
    const partly = when(from(live, ...late), delta(1, 2, [item("b", 2)]), 100);
    expect(partly.does).toEqual(["tell b=b2,c=c3,d=d4"]);
    const whole = when(partly.state, delta(4, 5, [item("e", 5)]), 200);
    expect(whole.does).toEqual(["wait undefined", "tell e=e5,f=f6"]);
  });

  it("that removes what a held one changed is reported as a removal", () => {
    const holding = from(live, delta(2, 4, [item("a", 3)]), delta(4, 5, [item("a", 5, null)]));
    expect(when(holding, delta(1, 2))).toMatchObject({ does: ["wait undefined", "tell a=null"], shows: {} });
  });

  it("is one of at most two hundred held: the oldest is dropped", () => {
    const early = Array.from({ length: 201 }, (_, n) => delta(n + 2, n + 3));
    const { state } = when(from(live, ...early), delta(1, 2));
    expect(state.map.offset).toBe(2);
  });

  it("of a channel without followers changes nothing", () => {
    expect(when(states.idle, delta(1, 2, [item("b", 2)])).state).toBe(states.idle);
  });
});

describe("a delta before the answer", () => {
  const early = delta(4, 5, [item("b", 5)], "e", true);

  it("waits for the answer, not for a time", () => {
    const waiting = when(given("follow", "subscribe"), early);
    expect(waiting.does).toEqual([]);
    expect(when(waiting.state, answered(4, [item("a", 4)])).does).toEqual(["tell a=a4,b=b5"]);
  });

  it("waits for a time once the answer came without what it misses", () => {
    const waiting = given("follow", "subscribe", early);
    expect(when(waiting, answered(2, [item("a", 2)]), 70)).toMatchObject({
      state: { state: "live" },
      does: ["wait 570", "tell a=a2"],
    });
  });

  it("from before the subscribe is dropped with the answer: it is included, or of a channel that no longer exists", () => {
    const asking = from(live, delta(5, 6, [], "f"), "gap_over", "subscribe");
    expect(when(asking, answered(1))).toMatchObject({ state: { held: [], gapAt: undefined } });
  });

  it("that is the first of a channel stays when an answer from before it arrives late", () => {
    const created = when(given("follow", "subscribe"), delta(0, 1, [a1]));
    expect([created.state.state, created.does]).toEqual(["subscribing", ["tell a=a1"]]);
    const late = when(created.state, answered(0, [], { epoch: "unborn" }));
    expect([late.does, late.shows]).toEqual([["tell"], { a: "a1" }]);
  });

  it("that has overtaken an answer with the whole channel stays", () => {
    const ahead = from(live, "behind", "subscribe", delta(1, 3, [item("b", 3)]));
    const late = when(ahead, answered(2, [item("a", 2)], { reset: true }));
    expect([late.state.shown.offset, late.shows]).toEqual([3, { a: "a1", b: "b3" }]);
  });
});

describe("an answer", () => {
  it("with the whole channel removes what is not in it, even at an earlier offset", () => {
    const asking = from(live, delta(1, 5, [item("b", 5)]), "behind", "subscribe");
    const whole = when(asking, answered(2, [item("c", 2)], { reset: true }));
    expect(whole.does).toEqual(["tell c=c2,a=null,b=null"]);
    expect([whole.state.state, whole.state.shown.offset]).toEqual(["live", 2]);
  });

  it("with more to come is followed by a subscribe that repeats its base, until the last page", () => {
    const page = answered(10, [item("a", 10)], { ...more, base: 300 });
    const first = when(given("follow", "subscribe"), page);
    expect(first.does).toEqual(["send", "tell a=a10"]);
    const next = from(first.state, "subscribe");
    expect(next.after).toEqual({ epoch: "e", offset: 10, base: 300 });
    expect(from(next, "offline", "subscribe").after).toEqual(next.after);
    const last = when(next, answered(301, [], { base: 300 }));
    expect([last.state.state, last.state.base]).toEqual(["live", undefined]);
  });

  it("with the whole channel in pages is shown with the last page", () => {
    const asking = from(live, "behind", "subscribe");
    const first = when(asking, answered(3, [item("c", 3)], { ...more, epoch: "f", reset: true }));
    expect([first.does, first.shows, first.state.shown.epoch]).toEqual([["send"], { a: "a1" }, "e"]);
    const second = from(first.state, "subscribe", answered(4, [item("d", 4)], { ...more, epoch: "f" }));
    const between = when(from(second, "subscribe"), delta(4, 6, [item("b", 6)], "f"));
    expect([between.does, between.shows]).toEqual([[], { a: "a1" }]);
    // The deltas may have overtaken it.
    for (const offset of [5, 7])
      expect(when(between.state, answered(offset, [], { epoch: "f" })).does).toEqual([
        "tell c=c3,d=d4,b=b6,a=null",
      ]);
  });

  it("keeps its base while deltas come between its pages", () => {
    const page = answered(10, [item("a", 10)], { ...more, base: 300 });
    const between = given("follow", "subscribe", page, delta(10, 301, [item("b", 301)]));
    expect(from(between, "subscribe").after).toEqual({ epoch: "e", offset: 301, base: 300 });
  });

  it("in pages that deltas have overtaken is still shown only with the last page", () => {
    const whole = answered(3, [item("c", 3)], { ...more, epoch: "f", reset: true });
    const ahead = from(live, "behind", "subscribe", whole, "subscribe", delta(3, 6, [item("b", 6)], "f"));
    const page = when(ahead, answered(5, [item("d", 5)], { ...more, epoch: "f" }));
    expect([page.state.state, page.shows]).toEqual(["due", { a: "a1" }]);
  });

  it("to the first subscribe that deltas have overtaken is continued from these", () => {
    const created = given("follow", "subscribe", delta(0, 5, [item("b", 5)]));
    const page = when(created, answered(3, [item("a", 3)], more));
    expect([page.state.state, page.state.map.offset, page.shows]).toEqual(["due", 5, { b: "b5" }]);
  });

  it("that brings a removal from after its own position does not show what was removed", () => {
    const { does, shows } = when(states.subscribing, answered(2, [item("a", 5, null)]));
    expect([does, shows]).toEqual([["tell a=null"], {}]);
  });

  it("with a first page a second time does not cause a loop", () => {
    const paging = given("follow", "subscribe", answered(10, [item("a", 10)], more), "subscribe");
    const again = when(paging, answered(40, [item("b", 40)], { ...more, reset: true }));
    expect([again.state.state, again.does]).toEqual(["stuck", []]);
    const later = from(again.state, "behind", "subscribe");
    expect(later.after).toEqual({ epoch: "e", offset: 40 });
    expect(when(later, answered(41)).shows).toEqual({ b: "b40" });
  });

  it("with a first page after a break is continued", () => {
    const back = given("follow", "subscribe", answered(10, [], more), "offline", "subscribe");
    expect(when(back, answered(40, [], { ...more, reset: true })).state.state).toBe("due");
  });

  it("excludes a late delta from before its first page, but not the first one of a new channel", () => {
    const paging = given("follow", "subscribe", answered(0, [], { ...more, base: 300 }));
    expect(when(paging, delta(0, 300, [item("gone", 55)])).does).toEqual([]);
    const recreated = when(paging, delta(0, 2, [item("a", 2)], "f"));
    expect([recreated.shows, recreated.state.base]).toEqual([{ a: "a2" }, undefined]);
  });
});

describe("without a connection or followers", () => {
  const holding = from(live, delta(5, 6));

  it.each([
    ["offline", "offline", ["wait undefined", "tell"]],
    ["refused", "refuse", ["wait undefined", "tell"]],
    ["left", "leave", ["wait undefined", "send", "tell"]],
  ] as const)("holds nothing and waits for nothing once it is %s, and keeps its items", (_, event, does) => {
    const step = when(holding, event);
    expect([step.does, step.shows]).toEqual([does, { a: "a1" }]);
    expect(when(step.state, "follow").state).not.toMatchObject({ held: [expect.anything()] });
  });

  it("resumes from its map, unless that was forgotten; the numbers continue", () => {
    expect(from(states.idle, "follow", "subscribe")).toMatchObject({
      sub: 3,
      after: { epoch: "e", offset: 1 },
    });
    const forgotten = when(states.idle, "forget");
    expect([forgotten.shows, forgotten.does]).toEqual([{}, []]);
    expect(from(forgotten.state, "follow", "subscribe")).toMatchObject({ sub: 3, after: undefined });
  });
});

it("does not apply a held first delta of a former channel to an empty map", () => {
  const recreated = given(
    "follow",
    "subscribe",
    answered(0, [], { epoch: "e1" }),
    delta(0, 1, [item("a", 1)], "e3"),
    delta(0, 1, [item("a", 1, null)], "e1"),
    "gap_over",
    "subscribe",
  );
  const { state, shows } = when(recreated, answered(0, [], { epoch: "e4", reset: true }));
  expect(state).toMatchObject({ state: "live", map: { epoch: "e4", offset: 0 }, held: [] });
  expect(shows).toEqual({});
});
