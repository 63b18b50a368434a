import type { Channel, Delta } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import type { Destination, Following, Push } from "../ports/index.ts";
import type { Delivery } from "./memory-push.ts";

/** A transport with connections that take whatever comes. */
export interface PushStage {
  readonly push: Push;
  /** What arrived since this was last asked, once all that is under way has. */
  arrived(): Promise<Delivery[]>;
  /** The connection vanishes without a word. */
  vanish(connectionId: string): void;
  now(): number;
  pass(ms: number): void;
}

const watch: Channel = "watch:video/v_1";
const other: Channel = "watch:video/v_2";
/** The transport noted nothing yet; later, that it has many to reach. */
const few: Destination = { channel: watch, hint: 1 };
const many: Destination = { channel: watch, hint: 16 };

const deltaOf = (from: number, value: unknown = from): Delta => ({
  epoch: "e1",
  from,
  to: from + 1,
  items: [{ key: `k${from}`, value, offset: from + 1, version: "1", at: 1 }],
});

/** The behaviour of every transport; `make` gives a fresh one that nobody follows anything on. */
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
        /** Who is reached by a delivery. */
        async reached(to: Destination): Promise<string[]> {
          await push.deliver(to, [deltaOf(1)]);
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
      expect(await push.deliver(few, deltas)).toEqual({ gone: 0 });
      const all = await arrived();
      for (const connectionId of ["c1", "c2"])
        expect(all.filter((one) => one.connectionId === connectionId)).toEqual(
          deltas.map((delta) => ({ connectionId, channel: watch, delta })),
        );
      expect(all).toHaveLength(6);
    });

    it("reaches nobody where nobody follows", async () => {
      const { push, arrived, viewers } = stage();
      expect(await push.deliver(few, [deltaOf(1)])).toEqual({ gone: 0 });
      expect(await arrived()).toEqual([]);
      expect(await viewers(few)).toBe(0);
    });

    it("brings a delta of any size whole, in parts that follow each other without a gap", async () => {
      const { push, follow, arrived } = stage();
      await follow(few, "c1");
      const items = Array.from({ length: 40 }, (_, n) => ({
        key: `k${n}`,
        value: "x".repeat(10_000),
        offset: n + 1,
        version: "1",
        at: 1,
      }));
      await push.deliver(few, [{ epoch: "e1", from: 0, to: 40, items }]);
      const parts = (await arrived()).map(({ delta }) => delta);
      expect(parts.flatMap((part) => part.items)).toEqual(items);
      expect(parts.map(({ from }) => from)).toEqual([0, ...parts.slice(0, -1).map(({ to }) => to)]);
      expect(parts.at(-1)?.to).toBe(40);
    });

    it("lets the highest counter win, whichever arrives last", async () => {
      const { follow, unfollow, reached } = stage();
      await unfollow(few, "c1", { sub: 2 });
      expect(await follow(few, "c1", { sub: 1 })).toBe("stale");
      expect(await reached(few)).toEqual([]);
      expect(await follow(few, "c1", { sub: 3 })).toBe("kept");
      expect(await follow(few, "c1", { sub: 3 })).toBe("kept");
      await unfollow(few, "c1", { sub: 2 });
      expect(await reached(few)).toEqual(["c1"]);
    });

    it("settles on the highest of many that arrive at once", async () => {
      const { follow, unfollow, reached } = stage();
      const subs = Array.from({ length: 20 }, (_, n) => n + 1);
      await Promise.all(
        subs.map((sub) => (sub === 20 ? follow(few, "c1", { sub }) : unfollow(few, "c1", { sub }))),
      );
      expect(await reached(few)).toEqual(["c1"]);
    });

    it("neither reaches nor counts who has expired", async () => {
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

    it("counts those who follow, and nobody who does not any more", async () => {
      const { push, follow, unfollow, viewers } = stage();
      for (const id of ["c1", "c2", "c3"]) await follow(few, id);
      await follow({ channel: other, hint: 1 }, "c4");
      expect(await viewers(few)).toBe(3);
      await unfollow(few, "c1", { sub: 2 });
      await push.leave("c2");
      expect(await viewers(few)).toBe(1);
    });

    it("says whether whoever ends to follow did follow", async () => {
      const { push, follow, unfollow } = stage();
      expect(await unfollow(few, "c1", { sub: 1 })).toBe("nothing");
      await follow(few, "c1", { sub: 2 });
      expect(await unfollow(few, "c1", { sub: 1 })).toBe("nothing");
      expect(await unfollow(few, "c1", { sub: 3 })).toBe("ended");
      expect(await unfollow(few, "c1", { sub: 3 })).toBe("nothing");
      expect(await push.leave("c1")).toEqual([]);
      await follow(few, "c2");
      expect(await unfollow(many, "c2", { sub: 2 })).toBe("ended");
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

    it("finds out who is gone, says how many they are, and reaches everybody else", async () => {
      const { push, follow, vanish, arrived, viewers } = stage();
      for (const id of ["c1", "c2", "c3"]) await follow(few, id);
      vanish("c2");
      expect(await push.deliver(few, [deltaOf(1), deltaOf(2)])).toEqual({ gone: 1 });
      expect((await arrived()).map(({ connectionId }) => connectionId).sort()).toEqual([
        "c1",
        "c1",
        "c3",
        "c3",
      ]);
      expect(await viewers(few)).toBe(2);
      expect(await push.deliver(few, [deltaOf(3)])).toEqual({ gone: 0 });
    });

    it("reaches, counts and lets go of those who followed when it had noted something else", async () => {
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
