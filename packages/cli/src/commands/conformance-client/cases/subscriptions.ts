import type { Channel, ClientMessageOf } from "@callboard/protocol";
import type { ConformanceCase, Received } from "../stage.ts";
import { atFirst, begin, propose, quick, rule, staysCalm, step, transcribe, watch, work } from "./begin.ts";

/** So many channels that they need two messages. */
const MANY = 60;

/** Following several channels, and leaving them. */
export const subscriptions: readonly ConformanceCase[] = [
  {
    name: "two-channels",
    demand: "Each channel has its own epoch, offset and map, over one connection.",
    section: "following-a-channel",
    async play(stage) {
      await begin(stage);
      await begin(stage, work, {
        "request/req_000000000001": { state: "open" },
        title: { title: "Another" },
      });
      for (const percent of [50, 60]) {
        stage.push(watch, { [transcribe]: step(percent) });
        stage.push(work, { [transcribe]: step(percent + 1), title: null });
      }
      await stage.shows(watch);
      await stage.shows(work);
      stage.check(stage.links.length === 1, "one connection", `${stage.links.length}`);
    },
  },
  {
    name: "many-channels",
    demand: "A message names 50 channels at most; more channels need several messages, and several pings.",
    section: "subscribe",
    async play(stage) {
      stage.terms.heartbeatMs = quick;
      const channels = Array.from({ length: MANY }, (_, n): Channel => `watch:video/v_${n}`);
      for (const channel of channels) {
        stage.board(channel).put({ title: { title: channel } });
        stage.follow(channel);
      }
      for (const channel of channels) await stage.shows(channel);
      const from = stage.received.length;
      await stage.until(`pings that name all ${MANY} channels`, () => {
        const named = stage.received
          .slice(from)
          .flatMap(({ message }) => (message.type === "ping" ? Object.keys(message.at) : []));
        return channels.every((channel) => named.includes(channel)) || undefined;
      });
    },
  },
  {
    name: "forbidden",
    demand:
      "A refused channel is printed as such, is not subscribed to in a loop, and does not stop the others.",
    section: "subscribe",
    async play(stage) {
      stage.terms.heartbeatMs = quick;
      stage.onAsked(({ channel, sub }, usual) => (channel === work ? { sub, error: "forbidden" } : usual()));
      stage.follow(work);
      const { link } = await begin(stage);
      await stage.refused(work);
      await staysCalm(stage, link, work, stage.asked(work)[0]!.index + 1);
      stage.push(watch, { [propose]: step(10) });
      await stage.shows(watch);
    },
  },
  {
    name: "leave",
    demand: "A channel is left by `unsubscribe` with a higher sub; a delta that comes later is ignored.",
    section: "unsubscribe",
    async play(stage) {
      const { board, link } = await begin(stage);
      await begin(stage, work);
      stage.leave(watch);
      const left = await stage.receives("unsubscribe");
      const names = Object.keys(left.message.channels);
      stage.check(names.join() === watch, `unsubscribe names ${watch}`, names.join());
      const from = stage.shown.length;
      link.send({ type: "delta", channel: watch, ...board.put({ [transcribe]: step(50) }) });
      // Once this is shown the client has read the other.
      stage.push(work, { [propose]: step(10) });
      await stage.shows(work);
      const early = stage.shown.slice(from).find(({ channel }) => channel === watch);
      stage.check(!early, `${watch} was left and does not change`, `a line with offset ${early?.offset}`);
      board.put({ title: null });
      stage.follow(watch);
      await stage.asks(watch, left.index);
      await stage.shows(watch);
    },
  },
  {
    name: "leave-again",
    demand:
      "When `subscribed` comes for a channel that was left, the client sends its unsubscribe again, with a higher sub.",
    section: rule,
    async play(stage) {
      await begin(stage);
      stage.board(work).put(atFirst);
      const withheld: (() => void)[] = [];
      stage.on("subscribe", ({ message }, usual) =>
        work in message.channels ? withheld.push(usual) : usual(),
      );
      stage.follow(work);
      await stage.asks(work);
      stage.leave(work);
      // A client that waits for an answer before the next message has sent nothing yet.
      await stage.waits(1000);
      const from = stage.received.length;
      for (const answer of withheld) answer();
      await stage.receives(
        "unsubscribe",
        from,
        `an unsubscribe of ${work} after its answer`,
        ({ message }) => work in message.channels,
      );
    },
  },
  {
    name: "follow-again",
    demand:
      "Of several subscribes the one with the highest sub counts: `stale`, the answer to an earlier one, changes nothing.",
    section: rule,
    async play(stage) {
      await begin(stage);
      stage.board(work).put(atFirst);
      const withheld: { said: Received<ClientMessageOf<"subscribe">>; usual: () => void }[] = [];
      stage.on("subscribe", (said, usual) =>
        work in said.message.channels ? withheld.push({ said, usual }) : usual(),
      );
      stage.follow(work);
      await stage.asks(work);
      stage.leave(work);
      await stage.waits(500);
      stage.follow(work);
      await stage.waits(500);
      stage.on("subscribe", (_, usual) => usual());
      const [first, ...later] = withheld;
      // A client that waits for an answer before the next message has sent only the first.
      if (later.length === 0) first?.usual();
      else
        first?.said.link.send({
          type: "subscribed",
          re: first.said.message.id,
          channels: { [work]: { sub: first.said.message.channels[work]!.sub, error: "stale" } },
        });
      for (const { usual } of later) usual();
      await stage.shows(work);
      stage.push(work, { [propose]: step(10) });
      await stage.shows(work);
    },
  },
];
