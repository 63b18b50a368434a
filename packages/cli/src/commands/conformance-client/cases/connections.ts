import type { ClientMessageOf } from "@callboard/protocol";
import type { Link } from "../link.ts";
import type { ConformanceCase, Received, Stage } from "../stage.ts";
import {
  atFirst,
  begin,
  isAfter,
  life,
  propose,
  quick,
  staysCalm,
  step,
  transcribe,
  watch,
  work,
} from "./begin.ts";

const HOUR = 3_600_000;
/** Longer than the shortest connection life of most clients, and short enough to wait for. */
const SHORT_LIFE_MS = 15_000;
/** How many attempts in a row are refused. */
const REFUSALS = 5;
/**
 * Waits that double from a quarter of a second, with full jitter, are in total shorter than this once in
 * 100,000 times.
 */
const MIN_WAITS_MS = 250;
/** The largest difference between a timer and the wire. */
const TIMER_MS = 150;

/** A second connection replaces the first while that is still open, and nothing is lost. */
async function changesOver(stage: Stage, first: Link, endsAt?: number): Promise<void> {
  const board = stage.board(watch);
  // The first subscribe over the second connection was read before the channel changed, and is answered after
  // that.
  let answer: (() => void) | undefined;
  const holdBack = (
    { link, message: { channels } }: Received<ClientMessageOf<"hello" | "subscribe">>,
    usual: () => void,
  ) => {
    if (link === first || answer || !channels?.[watch]) return usual();
    const { sub, after } = channels[watch];
    const read = { ...board.answer(after), sub };
    answer = () => {
      stage.onAsked(({ channel }, now) => (channel === watch ? read : now()));
      usual();
      stage.onAsked((_, now) => now());
    };
  };
  stage.on("hello", holdBack);
  stage.on("subscribe", holdBack);
  const { epoch, head } = board;
  const second = await stage.until("a second connection while the first is open", () => {
    const link = stage.links[1];
    if (endsAt !== undefined)
      stage.check(stage.now() < endsAt, "a second connection before `expiresAt`", "none until then");
    stage.check(first.isOpen, "the first connection is kept until there is another", "it was closed");
    return link;
  });
  const asked = await stage.until(`${watch} is subscribed to over the second connection`, () =>
    stage.asked(watch).find(({ link }) => link === second),
  );
  stage.check(
    first.isOpen,
    `${watch} is subscribed to over the second connection, by hello or before the first is closed`,
    "the first was closed before",
  );
  isAfter(stage, asked, epoch, head);
  const delta = { type: "delta", channel: watch, ...board.put({ [transcribe]: step(60) }) } as const;
  // Both get the delta. Over the second it comes before its welcome, and may be ignored.
  for (const link of [second, first]) link.send(delta);
  await stage.waits(500);
  answer?.();
  await stage.until(
    "the first connection is closed once the second has its welcome",
    () => !first.isOpen || undefined,
  );
  await stage.shows(watch);
  stage.push(watch, { [propose]: step(10) });
  await stage.shows(watch);
}

/** Opening, keeping, renewing and ending connections. */
export const connections: readonly ConformanceCase[] = [
  {
    name: "refused-openings",
    demand: "A refused client tries again after waits, each time with a fresh token.",
    section: "connecting",
    async play(stage) {
      const openings: number[] = [];
      stage.onOpening(() => (openings.push(stage.now()) <= REFUSALS ? 401 : undefined));
      stage.board(watch).put(atFirst);
      // A client may connect only when there is something to follow.
      stage.follow(watch);
      for (let n = 1; n <= REFUSALS + 1; n++)
        await stage.until(`attempt ${n}, after ${n - 1} refused ones`, () => openings[n - 1]);
      const ms = openings[REFUSALS]! - openings[0]!;
      stage.check(
        ms >= MIN_WAITS_MS,
        "waits between the attempts",
        `${openings.length} attempts in ${ms} ms`,
      );
      await stage.shows(watch);
    },
  },
  {
    name: "redirect",
    demand: "A redirect is not followed: the token is sent only to the address that the client was given.",
    section: "connecting",
    async play(stage) {
      let openings = 0;
      stage.onOpening(() => (++openings === 1 ? 302 : undefined));
      await begin(stage);
    },
  },
  {
    name: "heartbeat",
    demand:
      "The client pings as often as `heartbeatMs` says for the kinds that it follows, with its positions.",
    section: life,
    async play(stage) {
      stage.terms.heartbeatMs = { watch: 240_000, work: 2000, inbox: 30_000, list: 240_000 };
      await begin(stage);
      const { link, board } = await begin(stage, work);
      let last: Received | undefined;
      for (let n = 0; n < 3; n++) {
        const ping = await stage.receives("ping", last ? last.index + 1 : 0, "a ping every 2,000 ms");
        const { at } = ping.message;
        const isThere = at[work]?.[0] === board.epoch && at[work]?.[1] === board.head && watch in at;
        stage.check(isThere, "the ping has the positions of both channels", JSON.stringify(at));
        if (last) {
          const ms = ping.at - last.at;
          stage.check(ms < 5000, "a ping every 2,000 ms", `after ${ms} ms`);
        }
        last = ping;
      }
      stage.check(link.isOpen && stage.links.length === 1, "the connection stays", "another connection");
    },
  },
  {
    name: "slow-pong",
    demand: "A connection is not given up while an answer may still come: for 10 seconds.",
    section: life,
    async play(stage) {
      stage.terms.heartbeatMs = quick;
      let slow: (() => void) | undefined;
      stage.on("ping", (_, usual) => {
        if (slow) usual();
        else slow = usual;
      });
      const { link } = await begin(stage);
      const ping = await stage.receives("ping");
      await stage.waits(6000);
      stage.check(link.isOpen, "the connection is kept for 10 seconds", "it was closed");
      slow?.();
      stage.on("ping", (_, usual) => usual());
      await staysCalm(stage, link, watch, ping.index);
    },
  },
  {
    name: "lost-pong",
    demand:
      "A ping without an answer for 10 seconds means that the connection is dead: the client reconnects.",
    section: life,
    async play(stage) {
      stage.terms.heartbeatMs = quick;
      const { board, link } = await begin(stage);
      stage.on("ping", (said, usual) => (said.link === link ? undefined : usual()));
      const { epoch, head } = board;
      const ping = await stage.receives("ping");
      board.put({ [transcribe]: step(50) });
      const asked = await stage.asks(watch, ping.index, "a new connection, and a subscribe over it");
      stage.check(asked.link !== link, "a new connection", "a subscribe over the dead one");
      isAfter(stage, asked, epoch, head);
      await stage.shows(watch);
    },
  },
  {
    name: "renewal",
    demand:
      "Before `expiresAt` the client opens a second connection, sends hello there with its positions, and closes the first after the welcome.",
    section: life,
    async play(stage) {
      stage.terms.lifeMs = SHORT_LIFE_MS;
      stage.terms.heartbeatMs = quick;
      const { link } = await begin(stage);
      stage.terms.lifeMs = 2 * HOUR;
      await changesOver(stage, link, link.openedAt + SHORT_LIFE_MS);
    },
  },
  {
    name: "clock-behind",
    demand: "The client uses the server's clock: if its own is hours ahead, it does not renew too early.",
    section: life,
    async play(stage) {
      stage.terms.aheadMs = -3 * HOUR;
      stage.terms.heartbeatMs = quick;
      const { link } = await begin(stage);
      await staysCalm(stage, link, watch, stage.received.length);
      await staysCalm(stage, link, watch, stage.received.length);
    },
  },
  {
    name: "clock-ahead",
    demand: "The client uses the server's clock: if its own is hours behind, it still renews in time.",
    section: life,
    async play(stage) {
      stage.terms.aheadMs = 3 * HOUR;
      stage.terms.lifeMs = SHORT_LIFE_MS;
      stage.terms.heartbeatMs = quick;
      const { link } = await begin(stage);
      stage.terms.lifeMs = 2 * HOUR;
      await changesOver(stage, link, link.openedAt + SHORT_LIFE_MS);
    },
  },
  {
    name: "bye",
    demand:
      "At a `bye` without `afterMs` the client opens the next connection at once, before this one closes.",
    section: "bye",
    async play(stage) {
      const { link } = await begin(stage);
      link.send({ type: "bye", code: "connection_too_old", retry: "later" });
      await changesOver(stage, link);
    },
  },
  {
    name: "bye-token",
    demand: "After a `bye` because of an expired token, the next connection has a fresh token.",
    section: "goodbye-codes",
    async play(stage) {
      const { link } = await begin(stage);
      link.send({ type: "bye", code: "token_expired", retry: "reauthenticate" });
      await changesOver(stage, link);
    },
  },
  {
    name: "bye-later",
    demand: "After a `bye` with `afterMs` the client reconnects, but not before that time.",
    section: "bye",
    async play(stage) {
      const { board, link } = await begin(stage);
      const { epoch, head } = board;
      const from = stage.received.length;
      const afterMs = 3000;
      const saidAt = stage.now();
      link.send({ type: "bye", code: "going_away", retry: "later", afterMs });
      link.close();
      board.put({ [transcribe]: step(50) });
      isAfter(stage, await stage.asks(watch, from), epoch, head);
      const ms = stage.links[1]!.openedAt - saidAt;
      stage.check(ms >= afterMs - TIMER_MS, `no connection within ${afterMs} ms`, `one after ${ms} ms`);
      await stage.shows(watch);
    },
  },
  {
    name: "bye-never",
    demand: "After a `bye` that says `never` the client does not reconnect by itself.",
    section: "bye",
    async play(stage) {
      const { link } = await begin(stage);
      link.send({ type: "bye", code: "going_away", retry: "never" });
      link.close();
      await stage.waits(3000);
      stage.check(stage.links.length === 1, "no other connection", "another one");
    },
  },
  {
    name: "reauthenticate",
    demand: "After an error that says `reauthenticate` the client opens a new connection with a fresh token.",
    section: "error",
    async play(stage) {
      const { link } = await begin(stage);
      stage.board(work).put({ title: { title: "For owners" } });
      stage.on("subscribe", (said, usual) => {
        if (said.link !== link) return usual();
        const message = "the token has expired";
        link.send({
          type: "error",
          re: said.message.id,
          code: "unauthorized",
          message,
          retry: "reauthenticate",
        });
      });
      stage.follow(work);
      await stage.shows(work);
      await stage.shows(watch);
      await stage.until("the first connection is closed", () => !link.isOpen || undefined);
    },
  },
  {
    name: "gateway-frame",
    demand:
      "After a frame without a type the client sends unanswered messages again, after one to two seconds.",
    section: life,
    async play(stage) {
      let saidAt: number | undefined;
      stage.on("hello", ({ link }, usual) => {
        if (saidAt !== undefined) return usual();
        saidAt = stage.now();
        link.send({
          message: "Internal server error",
          connectionId: "L0SM9cOFvHcCIhw=",
          requestId: "AAabCdEfGhIjKl=",
        });
      });
      stage.follow(watch);
      const first = await stage.receives("hello");
      const second = await stage.receives("hello", first.index + 1, "hello again");
      stage.check(second.link === first.link, "hello again over the same connection", "another connection");
      const ms = second.at - (saidAt ?? 0);
      stage.check(ms >= 1000 - TIMER_MS, "hello again after one to two seconds", `after ${ms} ms`);
      stage.push(watch, { [propose]: step(10) });
      await stage.shows(watch);
    },
  },
];
