import type { Channel, Delta } from "@callboard/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Destination, Following, Push } from "../ports/index.ts";
import type { Delivery } from "./memory-push.ts";
import { runs } from "./runs.ts";

/** A transport with connections that accept everything. */
export interface PushStage {
  readonly push: Push;
  /** What arrived since the last call, after everything under way has arrived. */
  arrived(): Promise<Delivery[]>;
  /** The connection disappears without a `leave`. */
  vanish(connectionId: string): void;
  now(): number;
  pass(ms: number): void;
}

const watch: Channel = "watch:video/v_1";
const work: Channel = "work:video/v_1";
const other: Channel = "watch:video/v_2";
/** A destination before the transport changed its hint; later it may have many followers. */
const few: Destination = { channel: watch, hint: 1 };
const many: Destination = { channel: watch, hint: 16 };
const fewOwners: Destination = { channel: work, hint: 1 };

const deltaOf = (from: number, value: unknown = from): Delta => ({
  epoch: "e1",
  from,
  to: from + 1,
  items: [{ key: `k${from}`, value, offset: from + 1, version: "1", at: 1 }],
});

const audiences = [watch, work, other];

/** An action of one of a few connections, or a delivery to a channel's followers. */
const move = fc.record({
  does: fc.constantFrom(
    "follow" as const,
    "follow" as const,
    "unfollow" as const,
    "leave" as const,
    "deliver" as const,
    "deliverBoth" as const,
    "grow" as const,
  ),
  who: fc.constantFrom("c1", "c2", "c3", "c4"),
  about: fc.constantFrom(...audiences),
});

/** The behaviour of every transport; `make` creates a new one without followers. */
export function pushContract(name: string, make: () => PushStage): void {
  describe(`pushing over ${name}`, () => {
    function stage() {
      const made = make();
      const following = (connectionId: string, more: Partial<Following> = {}): Following => ({
        connectionId,
        sub: 1,
        expiresAt: made.now() + 60_000,
        ...more,
      });
      const { push } = made;
      return {
        ...made,
        following,
        follow: (to: Destination, id: string, more?: Partial<Following>) =>
          push.follow(to, following(id, more)),
        unfollow: (to: Destination, id: string, more?: Partial<Following>) =>
          push.unfollow(to, following(id, more)),
        /** The connections that a delivery reaches. */
        async reached(to: Destination): Promise<string[]> {
          await push.deliver([{ to, deltas: [deltaOf(1)] }]);
          return (await made.arrived()).map(({ connectionId }) => connectionId).sort();
        },
        async viewers(to: Destination): Promise<number> {
          return (await push.count(to)).reduce((sum, count) => sum + count, 0);
        },
      };
    }

    it("brings deltas in their order to all who follow the channel, and to nobody else", async () => {
      const { push, follow, arrived } = stage();
      await follow(few, "c1");
      await follow(few, "c2");
      await follow({ channel: other, hint: 1 }, "c3");
      const deltas = [deltaOf(1), deltaOf(2, { words: "è" }), deltaOf(3, null)];
      expect(await push.deliver([{ to: few, deltas }])).toEqual({ gone: [] });
      const all = await arrived();
      for (const connectionId of ["c1", "c2"])
        expect(all.filter((one) => one.connectionId === connectionId)).toEqual(
          deltas.map((delta) => ({ connectionId, channel: watch, delta })),
        );
      expect(all).toHaveLength(6);
    });

    it("delivers nothing when there is nothing to push", async () => {
      const { push, follow, arrived } = stage();
      await follow(few, "c1");
      await follow(many, "c2");
      for (const to of [few, many, fewOwners])
        expect(await push.deliver([{ to, deltas: [] }])).toEqual({ gone: [] });
      expect(await push.deliver([])).toEqual({ gone: [] });
      expect(await arrived()).toEqual([]);
    });

    it("reaches nobody where nobody follows", async () => {
      const { push, arrived, viewers } = stage();
      expect(await push.deliver([{ to: few, deltas: [deltaOf(1)] }])).toEqual({ gone: [] });
      expect(await arrived()).toEqual([]);
      expect(await viewers(few)).toBe(0);
    });

    it("delivers a delta of any size, in parts without a gap", async () => {
      const { push, follow, arrived } = stage();
      await follow(few, "c1");
      const items = Array.from({ length: 40 }, (_, n) => ({
        key: `k${n}`,
        value: "x".repeat(10_000),
        offset: n + 1,
        version: "1",
        at: 1,
      }));
      await push.deliver([{ to: few, deltas: [{ epoch: "e1", from: 0, to: 40, items }] }]);
      const parts = (await arrived()).map(({ delta }) => delta);
      expect(parts.flatMap((part) => part.items)).toEqual(items);
      expect(parts.map(({ from }) => from)).toEqual([0, ...parts.slice(0, -1).map(({ to }) => to)]);
      expect(parts.at(-1)?.to).toBe(40);
    });

    it("keeps the highest counter, in any order of arrival", async () => {
      const { follow, unfollow, reached } = stage();
      await follow(few, "c1", { sub: 1 });
      await unfollow(few, "c1", { sub: 2 });
      expect(await follow(few, "c1", { sub: 1 })).toBe("stale");
      expect(await reached(few)).toEqual([]);
      expect(await follow(few, "c1", { sub: 3 })).toBe("kept");
      expect(await follow(few, "c1", { sub: 3 })).toBe("kept");
      await unfollow(few, "c1", { sub: 2 });
      expect(await reached(few)).toEqual(["c1"]);
    });

    it("stores nothing for an unfollow of a channel that was never followed, however it is spread", async () => {
      for (const to of [few, many]) {
        const { push, follow, unfollow, reached, viewers } = stage();
        expect(await unfollow(to, "c1", { sub: 9 })).toBe("unchanged");
        expect(await viewers(to)).toBe(0);
        expect(await push.leave("c1")).toEqual([]);
        // The follow that it overtook is kept, and the client that gets its answer must leave again.
        expect(await follow(to, "c1", { sub: 8 })).toBe("kept");
        expect(await reached(to)).toEqual(["c1"]);
        expect(await unfollow(to, "c1", { sub: 10 })).toBe("ended");
        expect(await reached(to)).toEqual([]);
      }
    });

    it("settles on the highest of many that arrive at once", async () => {
      const { follow, unfollow, reached } = stage();
      const subs = Array.from({ length: 20 }, (_, n) => n + 1);
      await Promise.all(
        subs.map((sub) => (sub === 20 ? follow(few, "c1", { sub }) : unfollow(few, "c1", { sub }))),
      );
      expect(await reached(few)).toEqual(["c1"]);
    });

    it("neither reaches nor counts expired connections", async () => {
      const { follow, reached, viewers, pass, now } = stage();
      await follow(few, "c1");
      await follow(few, "c2");
      pass(59_999);
      await follow(few, "c2", { sub: 2, expiresAt: now() + 120_000 });
      expect(await viewers(few)).toBe(2);
      pass(1);
      expect(await viewers(few)).toBe(1);
      expect(await reached(few)).toEqual(["c2"]);
    });

    it("counts those who follow, and not those who no longer do", async () => {
      const { push, follow, unfollow, viewers } = stage();
      for (const id of ["c1", "c2", "c3"]) await follow(few, id);
      await follow({ channel: other, hint: 1 }, "c4");
      expect(await viewers(few)).toBe(3);
      await unfollow(few, "c1", { sub: 2 });
      await push.leave("c2");
      expect(await viewers(few)).toBe(1);
    });

    it("forgets all that a connection follows once it leaves, and nobody else's", async () => {
      const { push, follow, reached } = stage();
      await follow(few, "c1");
      await follow({ channel: other, hint: 1 }, "c1");
      await follow(few, "c2");
      expect((await push.leave("c1")).sort()).toEqual([watch, other]);
      expect(await push.leave("c1")).toEqual([]);
      expect(await reached(few)).toEqual(["c2"]);
      expect(await reached({ channel: other, hint: 1 })).toEqual([]);
    });

    it("finds out who is gone, names the channels with fewer followers, and reaches everybody else", async () => {
      const { push, follow, vanish, arrived, viewers } = stage();
      for (const id of ["c1", "c2", "c3"]) await follow(few, id);
      vanish("c2");
      expect(await push.deliver([{ to: few, deltas: [deltaOf(1), deltaOf(2)] }])).toEqual({ gone: [watch] });
      expect((await arrived()).map(({ connectionId }) => connectionId).sort()).toEqual([
        "c1",
        "c1",
        "c3",
        "c3",
      ]);
      expect(await viewers(few)).toBe(2);
      expect(await push.deliver([{ to: few, deltas: [deltaOf(3)] }])).toEqual({ gone: [] });
    });

    it("brings the deltas of a subject's channels to those who follow each, and to nobody else", async () => {
      const { push, follow, vanish, arrived } = stage();
      await follow(few, "viewer");
      await follow(fewOwners, "owner");
      await follow(few, "both");
      await follow(fewOwners, "both");
      await follow({ channel: other, hint: 1 }, "stranger");
      const toAll = [deltaOf(1), deltaOf(2)];
      const toOwners = [deltaOf(7, "secret"), deltaOf(8)];
      const both = [
        { to: few, deltas: toAll },
        { to: fewOwners, deltas: toOwners },
      ];
      expect(await push.deliver(both)).toEqual({ gone: [] });
      const all = await arrived();
      const toldOf = (connectionId: string, channel: Channel) =>
        all.filter((one) => one.connectionId === connectionId && one.channel === channel).map((o) => o.delta);
      expect([toldOf("viewer", watch), toldOf("viewer", work)]).toEqual([toAll, []]);
      expect([toldOf("owner", watch), toldOf("owner", work)]).toEqual([[], toOwners]);
      expect([toldOf("both", watch), toldOf("both", work)]).toEqual([toAll, toOwners]);
      expect(all).toHaveLength(8);

      vanish("both");
      expect((await push.deliver(both)).gone.toSorted()).toEqual([watch, work]);
      vanish("owner");
      expect(await push.deliver(both)).toEqual({ gone: [work] });
    });

    it("reaches only the followers of one channel when the other has no change", async () => {
      const { follow, reached } = stage();
      await follow(few, "viewer");
      await follow(fewOwners, "owner");
      expect(await reached(fewOwners)).toEqual(["owner"]);
      expect(await reached(few)).toEqual(["viewer"]);
    });

    it.each(["inbox:user/ana", "list:video/user/ana"] as const)(
      "keeps the followers of %s apart from those of a subject of that name",
      async (channel) => {
        const { follow, unfollow, reached } = stage();
        const own: Destination = { channel, hint: 1 };
        const namesake: Destination = { channel: `work:${channel}`, hint: 1 };
        await follow(own, "ana");
        await follow(namesake, "owner");
        await follow({ channel: `watch:${channel}`, hint: 1 }, "viewer");
        expect([await reached(own), await reached(namesake)]).toEqual([["ana"], ["owner"]]);
        await unfollow(namesake, "ana", { sub: 9 });
        expect(await reached(own)).toEqual(["ana"]);
      },
    );

    it("reports that an unfollow ended something only when it did", async () => {
      const { push, follow, unfollow, pass, now } = stage();
      expect(await unfollow(few, "c1", { sub: 2 })).toBe("unchanged");
      await follow(few, "c1", { sub: 4 });
      expect(await unfollow(few, "c1", { sub: 3 })).toBe("unchanged");
      expect(await unfollow(few, "c1", { sub: 5 })).toBe("ended");
      expect(await unfollow(few, "c1", { sub: 5 })).toBe("unchanged");
      await follow(few, "c2");
      pass(60_000);
      expect(await unfollow(few, "c2", { sub: 2, expiresAt: now() + 60_000 })).toBe("unchanged");
      await follow(few, "c3");
      await push.leave("c3");
      expect(await unfollow(few, "c3", { sub: 2 })).toBe("unchanged");
    });

    it("returns for a connection that leaves only what it still followed", async () => {
      const { push, follow, unfollow } = stage();
      await unfollow(few, "c1");
      await follow(fewOwners, "c1");
      await unfollow(fewOwners, "c1", { sub: 2 });
      await follow({ channel: other, hint: 1 }, "c1");
      expect(await push.leave("c1")).toEqual([other]);
    });

    it("reports that an unfollow ended a subscription that began under another hint", async () => {
      const { follow, unfollow } = stage();
      for (const id of ["c1", "c2", "c3"]) await follow(few, id);
      for (const id of ["c1", "c2", "c3"]) expect(await unfollow(many, id, { sub: 2 })).toBe("ended");
      for (const id of ["c1", "c2", "c3"]) expect(await unfollow(many, id, { sub: 3 })).toBe("unchanged");
    });

    it("waits longer between pushes the more there are to reach, and always the same", () => {
      const { push } = stage();
      const hints = [1, 4, 16, 64, 256];
      const spacings = hints.map((hint) => push.spacingMs(hint));
      expect(spacings).toEqual(spacings.toSorted((a, b) => a - b));
      expect(spacings[0]).toBe(250);
      expect(hints.map((hint) => push.spacingMs(hint))).toEqual(spacings);
    });

    it("never delivers a channel to a connection that does not follow it", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(move, { minLength: 5, maxLength: 60 }), async (moves) => {
          const { push, follow, unfollow, arrived } = stage();
          const hints = new Map<Channel, number>(audiences.map((channel) => [channel, 1]));
          const following = new Map<Channel, Set<string>>(audiences.map((channel) => [channel, new Set()]));
          let turn = 0;
          for (const { does, who, about } of moves) {
            const sub = ++turn;
            const to = { channel: about, hint: hints.get(about)! };
            if (does === "follow") {
              await follow(to, who, { sub });
              following.get(about)!.add(who);
            } else if (does === "unfollow") {
              const ended = following.get(about)!.delete(who);
              expect(await unfollow(to, who, { sub })).toBe(ended ? "ended" : "unchanged");
            } else if (does === "leave") {
              await push.leave(who);
              for (const of of following.values()) of.delete(who);
            } else if (does === "grow") hints.set(about, Math.min(16, 4 * to.hint));
            else {
              const channels = does === "deliverBoth" ? [watch, work] : [about];
              await push.deliver(
                channels.map((channel) => ({
                  to: { channel, hint: hints.get(channel)! },
                  deltas: [deltaOf(sub, channel)],
                })),
              );
              const all = await arrived();
              for (const channel of audiences) {
                const reached = all.filter((one) => one.channel === channel);
                const expected = channels.includes(channel) ? [...following.get(channel)!].sort() : [];
                expect([...new Set(reached.map((one) => one.connectionId))].sort()).toEqual(expected);
                for (const { delta } of reached) expect(delta).toEqual(deltaOf(sub, channel));
              }
            }
          }
        }),
        { numRuns: runs(60) },
      );
    });

    it("reaches, counts and unsubscribes connections that followed under another hint", async () => {
      const { push, follow, unfollow, reached, viewers, vanish } = stage();
      for (const id of ["c1", "c2", "c3"]) await follow(few, id);
      for (const id of ["d1", "d2", "d3"]) await follow(many, id);
      expect(await reached(many)).toEqual(["c1", "c2", "c3", "d1", "d2", "d3"]);
      expect(await viewers(many)).toBe(6);
      await unfollow(many, "c1", { sub: 2 });
      await push.leave("d1");
      vanish("c2");
      vanish("d2");
      await reached(many);
      expect(await reached(many)).toEqual(["c3", "d3"]);
      expect(await viewers(many)).toBe(2);
    });
  });
}
