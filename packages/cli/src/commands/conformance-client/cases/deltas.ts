import type { ConformanceCase } from "../stage.ts";
import {
  atFirst,
  begin,
  isAfter,
  life,
  propose,
  quick,
  rule,
  staysCalm,
  step,
  transcribe,
  watch,
} from "./begin.ts";

/** The gap is held for 500 ms; a client whose timer is a little early is accepted. */
const HELD_MS = 400;

/** Live pushes: in order, twice, mixed up, missing. */
export const deltas: readonly ConformanceCase[] = [
  {
    name: "first-sight",
    demand:
      "A client offers its subprotocols, sends hello first, follows a channel, and shows all its items.",
    section: "connecting",
    async play(stage) {
      await begin(stage, watch, {
        ...atFirst,
        "fact/words": { text: "短い – «ça va» \u{1f3ac}", nested: [1, -2.5, [true, null, { a: "" }]] },
        "fact/__proto__": JSON.parse('{"__proto__": 1, "constructor": [null]}'),
      });
    },
  },
  {
    name: "in-order",
    demand:
      "Deltas that fit are applied: values change, tombstones remove keys, and an empty one moves the offset.",
    section: rule,
    async play(stage) {
      stage.terms.heartbeatMs = quick;
      const { board, link } = await begin(stage);
      const from = stage.received.length;
      stage.push(watch, { [transcribe]: step(60), waiting: { since: 1 } });
      stage.push(watch, { [transcribe]: step(100, "succeeded"), waiting: null });
      stage.push(watch, {});
      stage.push(watch, { [propose]: step(10) });
      await stage.shows(watch);
      const { message } = await staysCalm(stage, link, watch, from);
      const at = message.type === "ping" ? message.at[watch] : undefined;
      stage.check(
        at?.[0] === board.epoch && at[1] === board.head,
        `the ping has ${watch} at ["${board.epoch}", ${board.head}]`,
        JSON.stringify(at ?? "a ping without it"),
      );
    },
  },
  {
    name: "duplicates",
    demand: "A delta that comes twice, or late, changes nothing: `to ≤ offset` is ignored.",
    section: rule,
    async play(stage) {
      stage.terms.heartbeatMs = quick;
      const { link } = await begin(stage);
      const from = stage.received.length;
      const first = stage.push(watch, { [transcribe]: step(50), "candidate/a": { id: "a" } });
      const second = stage.push(watch, { [transcribe]: step(60), "candidate/a": null });
      for (const change of [second, first, first, second]) stage.deliver(watch, change);
      stage.push(watch, { [propose]: step(10) });
      await stage.shows(watch);
      stage.deliver(watch, first);
      await staysCalm(stage, link, watch, from);
      await stage.shows(watch);
    },
  },
  {
    name: "overlap",
    demand:
      "Of a delta that starts before the client's offset and ends after it, only the new part is applied.",
    section: rule,
    async play(stage) {
      stage.terms.heartbeatMs = quick;
      const { board, link } = await begin(stage);
      const from = stage.received.length;
      const first = stage.push(watch, { [transcribe]: step(50), "candidate/a": { id: "a" } });
      const second = board.put({ [propose]: step(10), "candidate/a": null });
      const items = [first.items[0]!, ...second.items];
      stage.deliver(watch, { ...second, from: first.from, items });
      await stage.shows(watch);
      await staysCalm(stage, link, watch, from);
    },
  },
  {
    name: "newer-items",
    demand: "For each key the value with the highest offset stays, even a removal, whichever comes first.",
    section: rule,
    async play(stage) {
      const board = stage.board(watch);
      board.put({ ...atFirst, "candidate/a": { id: "a" } });
      const before = board.answer();
      const first = board.put({
        title: { title: "Old" },
        waiting: { since: 1 },
        "candidate/a": { id: "a", title: "Old" },
      });
      const second = board.put({ title: { title: "New" }, "candidate/a": null });
      // The values in other rows were read after the head, and are newer.
      const kept = before.items.filter(({ key }) => !second.items.some((newer) => newer.key === key));
      const items = [...kept, ...second.items];
      stage.onAsked(({ after, sub }, usual) => (after ? usual() : { ...before, sub, items }));
      stage.follow(watch);
      const shown = () => Object.fromEntries(kept.map(({ key, value }) => [key, value]));
      const title = { title: { title: "New" } };
      await stage.shows(watch, { ...before, items: { ...shown(), ...title } });
      stage.deliver(watch, first);
      await stage.shows(watch, { ...before, items: { ...shown(), ...title, waiting: { since: 1 } } });
      stage.deliver(watch, second);
      stage.push(watch, { [propose]: step(10) });
      await stage.shows(watch);
    },
  },
  {
    name: "reordered",
    demand: "Deltas that overtake each other are held until the earlier ones have come.",
    section: rule,
    async play(stage) {
      stage.terms.heartbeatMs = quick;
      const { board, link } = await begin(stage);
      const from = stage.received.length;
      const changes = [50, 60, 70].map((percent) =>
        board.put({ [transcribe]: step(percent), [`fact/${percent}`]: percent }),
      );
      for (const change of [2, 1, 0].map((n) => changes[n]!)) stage.deliver(watch, change);
      await stage.shows(watch);
      await staysCalm(stage, link, watch, from);
    },
  },
  {
    name: "gap",
    demand:
      "A delta that starts after the client's offset is held for 500 ms; then the client subscribes again from its position.",
    section: rule,
    async play(stage) {
      const { board } = await begin(stage);
      const { epoch, head } = board;
      const from = stage.received.length;
      board.put({ [transcribe]: step(50), "candidate/a": { id: "a" }, title: null });
      stage.push(watch, { [propose]: step(10) });
      const toldAt = stage.now();
      const asked = await stage.asks(watch, from);
      isAfter(stage, asked, epoch, head);
      stage.check(
        asked.at - toldAt >= HELD_MS,
        "the missing delta may be on its way for 500 ms",
        `a ${asked.message.type} after ${asked.at - toldAt} ms`,
      );
      await stage.shows(watch);
    },
  },
  {
    name: "lost-push",
    demand: "The client subscribes again, from its position, to a channel that `pong` reports as behind.",
    section: "pong",
    async play(stage) {
      const list = "list:video";
      // An older server does not name lists: they are treated as `watch`.
      stage.terms.heartbeatMs = { watch: 2000, work: 30_000, inbox: 30_000 };
      const { board } = await begin(stage, list, { "subject/video/v_1": { state: "running", startedAt: 1 } });
      const { epoch, head } = board;
      const from = stage.received.length;
      board.put({ "subject/video/v_1": null, "subject/video/v_2": { state: "running", startedAt: 2 } });
      isAfter(stage, await stage.asks(list, from), epoch, head);
      await stage.shows(list);
    },
  },
  {
    name: "large-message",
    demand: "A message has up to 122,880 bytes, and may come in several frames.",
    section: "messages-from-the-server",
    async play(stage) {
      await begin(stage);
      const text = "あ".repeat(4000);
      stage.push(watch, Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`fact/${n}`, { text, n }])));
      await stage.shows(watch);
    },
  },
  {
    name: "unknown",
    demand: "Message types and fields that a client does not know are ignored.",
    section: life,
    async play(stage) {
      stage.terms.more = { motd: { text: "Hello" }, features: ["reply", "resolve", "teleport"] };
      const { board, link } = await begin(stage);
      link.send({ type: "weather", re: "x", channel: watch, items: "none" });
      const { items, ...change } = board.put({ [transcribe]: step(50) });
      const more = { hue: 3, items: items.map((item) => ({ ...item, colour: { of: "blue" } })) };
      stage.deliver(watch, { ...change, ...more });
      await stage.shows(watch);
      stage.push(watch, { [propose]: step(10) });
      await stage.shows(watch);
      stage.check(link.isOpen && stage.links.length === 1, "the connection stays", "another connection");
    },
  },
];
