import type { Channel, Item } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import type { ChannelChange, ChannelMeta, ChannelStore, Ports } from "../ports/index.ts";
import { openRequest, storedAsking } from "./request-store.contract.ts";

const born: ChannelMeta = {
  head: 0,
  epoch: "e1",
  shards: 1,
  floor: 0,
  keys: 0,
  bytes: 0,
  removed: 0,
  pushed: 0,
  pushedAt: 0,
  flushAt: 0,
  owners: ["user/ana"],
  followers: [],
};

const itemAt = (offset: number, key: string, value: unknown = { n: offset }): Item => ({
  key,
  value,
  offset,
  version: String(offset).padStart(6, "0"),
  at: 1_700_000_000_000 + offset,
});

/** The behaviour of every channel store; `make` gives fresh stores that share what is stored. */
export function channelStoreContract(
  name: string,
  make: () => Promise<Pick<Ports, "channels" | "requests">>,
): void {
  describe(`channels in ${name}`, () => {
    let channel: Channel = "watch:video/v_0";
    let count = 0;
    const stage = async () => {
      channel = `watch:video/v_${++count}`;
      return make();
    };

    /** Reads, and commits one more change of a key on what was read. */
    async function change(store: ChannelStore, key: string, value?: unknown) {
      const { meta, items } = await store.read(channel, [key]);
      const head = (meta?.head ?? 0) + 1;
      return store.commit({
        channel,
        before: meta,
        after: { ...(meta ?? born), head },
        items: [{ item: itemAt(head, key, value ?? { n: head }), was: items[0]?.offset }],
      });
    }

    it("knows nothing of a channel that was never changed", async () => {
      const { channels } = await stage();
      expect(await channels.read(channel, ["a"])).toEqual({ meta: undefined, items: [] });
      expect(await channels.metas([channel])).toEqual(new Map());
      expect(await channels.since(channel, 0)).toEqual([]);
    });

    it("gives back what was committed, and leaves out keys that do not exist", async () => {
      const { channels } = await stage();
      expect(await change(channels, "step/e/one", { state: "running", nothing: null, n: 0.1 })).toBe(
        "committed",
      );
      const { meta, items } = await channels.read(channel, ["step/e/one", "step/e/two"]);
      expect(meta).toEqual({ ...born, head: 1 });
      expect(items).toEqual([itemAt(1, "step/e/one", { state: "running", nothing: null, n: 0.1 })]);
      expect(await channels.metas([channel, "watch:video/other"])).toEqual(new Map([[channel, meta]]));
    });

    it.each([
      ["a number beyond 38 digits", 1e300],
      ["a very small number", 5e-324],
      ["an empty name", { "": { "": "" } }],
      ["forty levels", Array.from({ length: 40 }).reduce<unknown>((inner) => [inner], "deep")],
      ["text of every plane", "é 日本 🎭 \u0000"],
      ["null", null],
    ])("keeps a value as it is: %s", async (_what, value) => {
      const { channels } = await stage();
      await change(channels, "a", value === null ? 1 : value);
      if (value === null) {
        const { meta } = await channels.read(channel, []);
        const after = { ...meta!, head: 2 };
        await channels.commit({
          channel,
          before: meta,
          after,
          items: [{ item: itemAt(2, "a", null), was: 1 }],
        });
      }
      expect((await channels.read(channel, ["a"])).items[0]?.value).toEqual(value);
      expect((await channels.since(channel, 0))[0]?.value).toEqual(value);
    });

    it("tells what changed after an offset in the order of the changes, removed keys included", async () => {
      const { channels } = await stage();
      for (const key of ["a", "b", "c", "a"]) await change(channels, key);
      const { meta } = await channels.read(channel, []);
      await channels.commit({
        channel,
        before: meta,
        after: { ...meta!, head: 5 },
        items: [{ item: itemAt(5, "b", null), was: 2 }],
      });
      expect((await channels.since(channel, 0)).map(({ key, offset }) => [key, offset])).toEqual([
        ["c", 3],
        ["a", 4],
        ["b", 5],
      ]);
      expect((await channels.since(channel, 4)).map(({ key, value }) => [key, value])).toEqual([["b", null]]);
      expect(await channels.since(channel, 5)).toEqual([]);
    });

    it("reads a channel of more than one page whole", async () => {
      const { channels } = await stage();
      const value = "x".repeat(15_000);
      for (let batch = 0; batch < 6; batch++) {
        const { meta } = await channels.read(channel, []);
        const head = meta?.head ?? 0;
        const items = Array.from({ length: 20 }, (_, i) => ({
          item: itemAt(head + i + 1, `k${head + i + 1}`, value),
          was: undefined,
        }));
        const after = { ...(meta ?? born), head: head + 20 };
        expect(await channels.commit({ channel, before: meta, after, items })).toBe("committed");
      }
      const items = await channels.since(channel, 0);
      expect(items.map((item) => item.offset)).toEqual(Array.from({ length: 120 }, (_, i) => i + 1));
      const read = await channels.read(
        channel,
        items.slice(0, 99).map((item) => item.key),
      );
      expect(read.items).toHaveLength(99);
    });

    it("keeps channels apart, and keys that look like its own rows", async () => {
      const { channels } = await stage();
      const first = channel;
      await change(channels, "META");
      await stage();
      await change(channels, "a");
      expect((await channels.since(first, 0)).map((item) => item.key)).toEqual(["META"]);
      expect((await channels.read(first, ["META"])).items).toHaveLength(1);
    });

    it("lets one of two births win", async () => {
      const { channels } = await stage();
      const birth = (epoch: string): ChannelChange => ({
        channel,
        before: undefined,
        after: { ...born, epoch, head: 1 },
        items: [{ item: itemAt(1, "a"), was: undefined }],
      });
      const results = await Promise.all([channels.commit(birth("e1")), channels.commit(birth("e2"))]);
      expect(results.sort()).toEqual(["committed", "conflict"]);
    });

    it("writes nothing of a change that was decided on an older head, another epoch or an older key", async () => {
      const { channels } = await stage();
      await change(channels, "a");
      await change(channels, "b");
      const { meta } = await channels.read(channel, []);
      const after = { ...meta!, head: 3 };
      const items = [{ item: itemAt(3, "c"), was: undefined }];
      const stale = [
        { before: { ...meta!, head: 1 }, items },
        { before: { ...meta!, epoch: "e9" }, items },
        { before: { ...meta!, pushed: 1 }, items },
        { before: { ...meta!, pushedAt: 1 }, items },
        { before: { ...meta!, flushAt: 1 }, items },
        { before: { ...meta!, shards: 4 }, items },
        { before: meta, items: [...items, { item: itemAt(3, "a"), was: undefined }] },
        { before: meta, items: [...items, { item: itemAt(3, "a"), was: 2 }] },
        { before: undefined, items },
      ];
      for (const one of stale) expect(await channels.commit({ channel, after, ...one })).toBe("conflict");
      expect((await channels.since(channel, 0)).map((item) => item.key)).toEqual(["a", "b"]);
      expect((await channels.read(channel, [])).meta?.head).toBe(2);
    });

    it("gives each head to exactly one of fifty who change the channel at once", async () => {
      const { channels } = await stage();
      await change(channels, "a");
      let won = 0;
      for (let round = 0; round < 3; round++) {
        const { meta } = await channels.read(channel, []);
        const after = { ...meta!, head: meta!.head + 1 };
        const results = await Promise.all(
          Array.from({ length: 50 }, (_, i) =>
            channels.commit({
              channel,
              before: meta,
              after,
              items: [{ item: itemAt(after.head, `by/${round}/${i}`), was: undefined }],
            }),
          ),
        );
        won += results.filter((result) => result === "committed").length;
        expect(new Set(results)).toEqual(new Set(["committed", "conflict"]));
      }
      expect(won).toBe(3);
      expect((await channels.since(channel, 1)).map((item) => item.offset)).toEqual([2, 3, 4]);
    });

    it("changes nothing once the guarding request has moved on", async () => {
      const { channels, requests } = await stage();
      const request = openRequest();
      await requests.ask(storedAsking(request));
      const guarded = (version: number, head: number): ChannelChange => ({
        channel,
        before: head === 1 ? undefined : { ...born, head: head - 1 },
        after: { ...born, head },
        items: [{ item: itemAt(head, `request/${head}`), was: undefined }],
        guard: { request: request.id, version },
      });
      expect(await channels.commit(guarded(request.version, 1))).toBe("committed");
      expect(await channels.commit(guarded(request.version + 1, 2))).toBe("guard_failed");
      expect((await channels.since(channel, 0)).map((item) => item.key)).toEqual(["request/1"]);
    });

    it("forgets removals with the change that raises the floor, and nothing else", async () => {
      const { channels } = await stage();
      await change(channels, "a", null);
      await change(channels, "b", null);
      await change(channels, "c");
      const { meta } = await channels.read(channel, []);
      const forgetting = (was: number): ChannelChange => ({
        channel,
        before: meta,
        after: { ...meta!, head: 4, floor: 1 },
        items: [{ item: itemAt(4, "d"), was: undefined }],
        forget: [{ key: "a", was }],
      });
      expect(await channels.commit(forgetting(2))).toBe("conflict");
      expect(await channels.commit(forgetting(1))).toBe("committed");
      expect((await channels.since(channel, 0)).map((item) => item.key)).toEqual(["b", "c", "d"]);
      expect((await channels.read(channel, [])).meta).toMatchObject({ head: 4, floor: 1 });
    });

    it("lets one of those who hold a promise keep it, and says what was not pushed", async () => {
      const { channels } = await stage();
      await change(channels, "a");
      const { meta } = await channels.read(channel, []);
      const after = { ...meta!, head: 2, pushed: 1, pushedAt: 10, flushAt: 260 };
      await channels.commit({ channel, before: meta, after, items: [] });
      expect(await channels.flush(channel, 250, 300)).toBeUndefined();
      const kept = await Promise.all([1, 2, 3].map(() => channels.flush(channel, 260, 300)));
      expect(kept.filter((one) => one !== undefined)).toMatchObject([{ head: 2, pushed: 1 }]);
      expect((await channels.read(channel, [])).meta).toEqual({
        ...after,
        pushed: 2,
        pushedAt: 300,
        flushAt: 0,
      });
      expect(await channels.flush("watch:video/none", 0, 1)).toBeUndefined();
    });

    it("spreads a channel once, whoever asks for it, and lets no change undo that", async () => {
      const { channels } = await stage();
      await change(channels, "a");
      const { meta } = await channels.read(channel, []);
      await Promise.all([1, 2, 3].map(() => channels.spread(channel, 1, 4)));
      const after = { ...meta!, head: 2 };
      expect(await channels.commit({ channel, before: meta, after, items: [] })).toBe("conflict");
      expect((await channels.read(channel, [])).meta).toMatchObject({ head: 1, shards: 4 });
      await channels.spread("watch:video/none", 1, 4);
      expect((await channels.read("watch:video/none", [])).meta).toBeUndefined();
    });
  });
}
