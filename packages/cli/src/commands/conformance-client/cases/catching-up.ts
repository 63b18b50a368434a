import type { ConformanceCase, Stage } from "../stage.ts";
import { atFirst, begin, isAfter, life, propose, quick, rule, step, transcribe, watch } from "./begin.ts";

const many = (count: number, from = 1): Record<string, unknown> =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`fact/${n + from}`, { n: n + from }]));

/** The client subscribes to page after page, each time from the end of the last one. */
async function turnsPages(
  stage: Stage,
  from: number,
  pages: readonly (readonly [offset: number, base: number])[],
) {
  const { epoch } = stage.board(watch);
  await stage.until(
    `${pages.length} subscribes for the pages`,
    () => stage.asked(watch, from)[pages.length - 1],
  );
  for (const [n, [offset, base]] of pages.entries())
    isAfter(stage, stage.asked(watch, from)[n]!, epoch, offset, base);
}

/** What a client has missed: after an absence, in pages, when a channel is born again. */
export const catchingUp: readonly ConformanceCase[] = [
  {
    name: "absence",
    demand:
      "After a loss the client reconnects by itself, resumes at its position, and its map equals the server's.",
    section: life,
    async play(stage) {
      const { board, link } = await begin(stage, watch, { ...atFirst, "candidate/a": { id: "a" } });
      const { epoch, head } = board;
      const from = stage.received.length;
      link.cut();
      board.put({ [transcribe]: step(100, "succeeded"), "candidate/a": null, "candidate/b": { id: "b" } });
      isAfter(stage, await stage.asks(watch, from), epoch, head);
      await stage.shows(watch);
      stage.push(watch, { [propose]: step(10) });
      await stage.shows(watch);
    },
  },
  {
    name: "long-absence",
    demand: "A reset that keeps the epoch replaces the map: removed keys are not in it any more.",
    section: rule,
    async play(stage) {
      const { board, link } = await begin(stage, watch, { ...atFirst, "candidate/a": { id: "a" } });
      const { epoch, head } = board;
      const from = stage.received.length;
      link.cut();
      board.put({ "candidate/a": null, [propose]: step(10) });
      board.forget();
      isAfter(stage, await stage.asks(watch, from), epoch, head);
      await stage.shows(watch);
    },
  },
  {
    name: "reset",
    demand:
      "A delta of another epoch is held like a gap; the reset that answers the subscribe replaces the map.",
    section: rule,
    async play(stage) {
      const { board } = await begin(stage, watch, { ...atFirst, ...many(4) });
      const { epoch, head } = board;
      const from = stage.received.length;
      stage.deliver(watch, board.restart({ title: { title: "Anew" }, "fact/2": { n: "anew" } }));
      isAfter(stage, await stage.asks(watch, from), epoch, head);
      await stage.shows(watch);
      stage.push(watch, { [propose]: step(10) });
      await stage.shows(watch);
    },
  },
  {
    name: "pages",
    demand: "While an answer has `more`, the client subscribes again after its offset, with its base.",
    section: rule,
    async play(stage) {
      const board = stage.board(watch);
      board.pageItems = 4;
      board.put(many(10));
      stage.follow(watch);
      await stage.asks(watch);
      await stage.shows(watch);
      await turnsPages(stage, stage.asked(watch)[0]!.index + 1, [
        [4, 10],
        [8, 10],
      ]);
      stage.push(watch, { "fact/1": null });
      await stage.shows(watch);
    },
  },
  {
    name: "pages-amid-changes",
    demand: "A change between pages is not lost, and a delta from before their base brings nothing back.",
    section: rule,
    async play(stage) {
      const board = stage.board(watch);
      board.pageItems = 4;
      board.put(many(4));
      const old = board.put({ "candidate/gone": { id: "gone" } });
      board.put(many(2, 6));
      board.put({ "candidate/gone": null });
      board.put(many(2, 9));
      board.forget();
      let page = 0;
      stage.onAsked(({ link }, usual) => {
        page++;
        const send = (change: typeof old) => link.send({ type: "delta", channel: watch, ...change });
        if (page === 2) {
          send(old);
          send(board.put({ "fact/1": null, "fact/6": { n: "changed" } }));
        }
        return usual();
      });
      stage.follow(watch);
      await stage.shows(watch);
      stage.push(watch, { [propose]: step(10) });
      await stage.shows(watch);
    },
  },
  {
    name: "reset-in-pages",
    demand: "While a reset comes in pages, the old map is shown until the new one is complete.",
    section: rule,
    async play(stage) {
      const { board, link } = await begin(stage);
      const from = stage.received.length;
      link.cut();
      board.pageItems = 3;
      board.restart(many(8));
      await stage.asks(watch, from);
      await stage.shows(watch);
      const early = stage.shown.find(
        ({ epoch, items }) => epoch === board.epoch && Object.keys(items).length < 8,
      );
      stage.check(
        !early,
        "a complete new map",
        `one of ${Object.keys(early?.items ?? {}).length} items in 8`,
      );
    },
  },
  {
    name: "first-value",
    demand:
      "An unborn channel is empty; its first delta starts at 0 and brings the epoch with which the client resumes.",
    section: "following-a-channel",
    async play(stage) {
      stage.follow(watch);
      await stage.shows(watch);
      stage.push(watch, atFirst);
      await stage.shows(watch);
      const { epoch, head } = stage.board(watch);
      const from = stage.received.length;
      stage.links.at(-1)?.cut();
      stage.board(watch).put({ [propose]: step(10), title: null });
      isAfter(stage, await stage.asks(watch, from), epoch, head);
      await stage.shows(watch);
    },
  },
  {
    name: "first-value-overtakes",
    demand: "An `unborn` answer that comes after the channel's first delta is ignored.",
    section: rule,
    async play(stage) {
      const board = stage.board(watch);
      stage.onAsked(({ link }, usual) => {
        const answer = usual();
        if (board.head === 0) link.send({ type: "delta", channel: watch, ...board.put(atFirst) });
        return answer;
      });
      stage.follow(watch);
      await stage.shows(watch);
      stage.push(watch, { [propose]: step(10) });
      await stage.shows(watch);
    },
  },
  {
    name: "early-delta",
    demand: "A delta that comes before the answer that it follows is held until that answer comes.",
    section: rule,
    async play(stage) {
      const board = stage.board(watch);
      board.put(atFirst);
      let isFirst = true;
      stage.onAsked(({ link }, usual) => {
        const answer = usual();
        if (isFirst)
          link.send({ type: "delta", channel: watch, ...board.put({ [transcribe]: step(50), title: null }) });
        isFirst = false;
        return answer;
      });
      stage.follow(watch);
      await stage.shows(watch);
      stage.push(watch, { [propose]: step(10) });
      await stage.shows(watch);
    },
  },
  {
    name: "late-answer",
    demand: "An answer with an offset below the map's is ignored after deltas have moved the map on.",
    section: rule,
    async play(stage) {
      stage.terms.heartbeatMs = quick;
      const { board } = await begin(stage);
      const from = stage.received.length;
      const missed = board.put({ "candidate/a": { id: "a" } });
      const come = board.put({ [transcribe]: step(50) });
      stage.onAsked(({ after, link }, usual) => {
        const answer = usual();
        if (after?.offset !== missed.from) return answer;
        const last = board.put({ "candidate/a": null, [transcribe]: step(60) });
        for (const change of [missed, come, last]) link.send({ type: "delta", channel: watch, ...change });
        return answer;
      });
      stage.deliver(watch, come);
      await stage.asks(watch, from);
      await stage.shows(watch);
      // Longer than a gap is held: what was shown stays true.
      await stage.receives("ping", stage.received.length);
      stage.push(watch, { [propose]: step(10) });
      await stage.shows(watch);
    },
  },
  {
    name: "late-page",
    demand:
      "When deltas have overtaken the first page of a reset, the client asks again from its map's position.",
    section: rule,
    async play(stage) {
      const { board } = await begin(stage, watch, { "candidate/a": { id: "a" }, ...atFirst });
      const from = stage.received.length;
      const late = board.put({ "fact/1": { n: 1 } });
      board.put({ "candidate/a": null, ...many(3, 2) });
      board.forget();
      const come = board.put({ [transcribe]: step(50) });
      // The first page ends at the client's position, so the late delta takes the map past it.
      board.pageItems = Object.keys(atFirst).length - 1;
      let isFirst = true;
      stage.onAsked(({ link }, usual) => {
        const answer = usual();
        if (isFirst) link.send({ type: "delta", channel: watch, ...late });
        isFirst = false;
        return answer;
      });
      stage.deliver(watch, come);
      await stage.asks(watch, from);
      await stage.shows(watch);
      stage.push(watch, { [propose]: step(10) });
      await stage.shows(watch);
    },
  },
];
