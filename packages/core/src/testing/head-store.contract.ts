import {
  type Channel,
  channelsOf,
  type HeadName,
  inboxChannel,
  keyKinds,
  listChannel,
  watchChannel,
  workChannel,
} from "@callboard/protocol";
import * as fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { Committed, HeadState, HeadStore, Ports } from "../ports/index.ts";
import { changeOf, type More, newborn, newMeta } from "./head-changes.ts";
import { allSizes, walk } from "./head-walk.ts";
import { openRequest, storedAsking } from "./request-store.contract.ts";
import { runs } from "./runs.ts";

/** New stores; `another` is a second process's store of the same table. */
export type HeadStage = Pick<Ports, "heads" | "requests"> & { readonly another: () => HeadStore };

/** The behaviour of every head store. */
export function headStoreContract(store: string, make: () => Promise<HeadStage>): void {
  describe(`heads in ${store}`, () => {
    let name: HeadName;
    let watch: Channel;
    let work: Channel;
    let count = 0;
    let stage: HeadStage;
    let heads: HeadStore;
    beforeEach(async () => {
      name = workChannel(`video/v_${++count}`);
      [watch, work] = channelsOf(name) as [Channel, Channel];
      stage = await make();
      heads = stage.heads;
    });

    /** Opens the head, and commits one more change of it. */
    const change = async (values: readonly (readonly [string, unknown])[], more: More = {}, of = name) =>
      heads.commit(changeOf(await heads.open(of), values, more));

    const keysOf = async (channel: Channel, after = 0) =>
      (await heads.since(channel, after))?.items.map(({ key }) => key);

    it("has no head that was never written", async () => {
      expect(await heads.read([name])).toEqual(new Map());
      expect(await heads.since(watch, 0)).toBeUndefined();
      const state = await heads.open(name);
      expect(state).toMatchObject({ name, head: undefined });
      expect(await state.entries("all")).toEqual(new Map());
      expect(await state.entries(["title"])).toEqual(new Map());
    });

    it("returns what was committed, and leaves out keys that do not exist", async () => {
      const value = { state: "running", nothing: null, n: 0.1 };
      expect(await change([["step/e/one", value]])).toMatchObject({ outcome: "committed" });
      const state = await heads.open(name);
      const first = { ...newMeta, head: 1 };
      expect(state.head).toEqual({ ...newborn(name), channels: { watch: first, work: first } });
      expect(await state.entries(["step/e/one", "step/e/two"])).toEqual(
        new Map([
          [
            "step/e/one",
            {
              key: "step/e/one",
              value,
              version: "0000000000000001",
              at: 1_700_000_000_001,
              offsets: { watch: 1, work: 1 },
            },
          ],
        ]),
      );
      expect(await heads.read([name, "work:video/other"])).toEqual(new Map([[name, state.head]]));
    });

    it("returns a committed state with what it wrote", async () => {
      const first = stateOf(
        await change([
          ["title", "one"],
          ["request/a", "x".repeat(3000)],
        ]),
      );
      const second = stateOf(await heads.commit(changeOf(first, [["title", "two"]])));
      expect(second.head?.channels).toMatchObject({ watch: { head: 2 }, work: { head: 3 } });
      expect((await second.entries("all")).size).toBe(2);
      expect((await second.since(work, 2)).items).toMatchObject([{ key: "title", value: "two", offset: 3 }]);
      expect((await first.entries(["title"])).get("title")?.value).toBe("one");
    });

    it("returns what changed after an offset in the order of the changes, removed keys included", async () => {
      for (const key of ["title", "avatar", "step/e/one", "title"]) await change([[key, key]]);
      await change([["avatar", null]]);
      expect((await heads.since(watch, 0))?.items.map(({ key, offset }) => [key, offset])).toEqual([
        ["step/e/one", 3],
        ["title", 4],
        ["avatar", 5],
      ]);
      expect((await heads.since(watch, 4))?.items).toMatchObject([{ key: "avatar", value: null }]);
      expect((await heads.since(watch, 5))?.items).toEqual([]);
    });

    it("counts for each channel what it shows, by its own offsets, and shows it nowhere else", async () => {
      await change([["request/a", 1]]);
      await change([["title", 1]]);
      await change([["waiting", 1]]);
      expect((await heads.since(work, 0))?.items.map(({ key, offset }) => [key, offset])).toEqual([
        ["request/a", 1],
        ["title", 2],
      ]);
      expect((await heads.since(watch, 0))?.items.map(({ key, offset }) => [key, offset])).toEqual([
        ["title", 1],
        ["waiting", 2],
      ]);
    });

    it("does not change what viewers see by a change for owners only", async () => {
      await change([["title", "one"]]);
      const before = await heads.since(watch, 0);
      await change([
        ["request/a", "x"],
        ["candidate/t/1/a", "y".repeat(5000)],
        ["other", 1],
      ]);
      const after = await heads.since(watch, 0);
      expect(after?.items).toEqual(before?.items);
      expect(after?.head.channels.watch).toEqual(before?.head.channels.watch);
      expect(after?.head.channels.work?.head).toBe(4);
    });

    it("shows viewers no key and no field that is for owners, whatever the keys are", async () => {
      const kind = fc.oneof(
        fc.constantFrom(...Object.keys(keyKinds)),
        fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", "", "Step", "watch"),
        fc.string({ maxLength: 8 }).map((text) => text.replaceAll("/", "")),
      );
      const key = fc
        .tuple(kind, fc.array(fc.constantFrom("e-1", "one", "__proto__", "2", ""), { maxLength: 3 }))
        .map(([first, rest]) => [first, ...rest].join("/"));
      const secret = "known to owners";
      const value = fc.constantFrom<unknown>(
        { cause: secret, arn: secret, state: "failed" },
        { cause: secret, execution: "e-1", step: "one" },
        JSON.parse('{"__proto__": {"a": 1}, "cause": "known to owners"}'),
        { cause: `${secret}${"x".repeat(2000)}` },
        "plain",
        null,
      );
      const watched = new Set([
        "step",
        "execution",
        "title",
        "avatar",
        "media",
        "captions",
        "fact",
        "viewers",
        "waiting",
      ]);
      const hidden = new Map([
        ["step", ["cause"]],
        ["execution", ["cause", "arn"]],
      ]);
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(fc.tuple(key, value), { selector: ([one]) => one, maxLength: 12 }),
          async (values) => {
            const subject = `video/p_${++count}` as const;
            const of = workChannel(subject);
            await change(values, {}, of);
            const { items = [] } = (await stage.another().since(watchChannel(subject), 0)) ?? {};
            const shown = values
              .map(([one]) => one)
              .filter((one) => watched.has(one.split("/")[0] as string));
            expect(items.map((item) => item.key)).toEqual(shown);
            for (const { key: shown, value } of items)
              for (const field of hidden.get(shown.split("/")[0] as string) ?? [])
                expect([shown, Object.hasOwn(Object(value), field)]).toEqual([shown, false]);
          },
        ),
        { numRuns: runs(25) },
      );
    });

    it.each([
      ["watch", "request/a"],
      ["watch", "anything"],
      ["watch", "__proto__"],
      ["work", "waiting"],
      ["inbox", "title"],
      ["list", "title"],
      ["work", "subject/video/v_1"],
    ] as const)("writes no offset of %s for %s, which is not shown there", async (kind, key) => {
      const { entries: _, ...rest } = changeOf(await heads.open(name), [["title", 1]]);
      const entry = { key, value: 1, version: "1", at: 1, offsets: { [kind]: 1 } };
      await expect(heads.commit({ ...rest, entries: [entry] })).rejects.toThrow(
        `${kind} does not show ${key}`,
      );
      expect(await heads.since(work, 0)).toBeUndefined();
    });

    it("reads a head of several pages completely", async () => {
      const value = "x".repeat(15_000);
      for (let batch = 0; batch < 6; batch++) {
        const values = Array.from({ length: 20 }, (_, i) => [`k${batch * 20 + i}`, value] as const);
        expect(await change(values)).toMatchObject({ outcome: "committed" });
      }
      const other = stage.another();
      const items = (await other.since(work, 0))?.items ?? [];
      expect(items.map((item) => item.offset)).toEqual(Array.from({ length: 120 }, (_, i) => i + 1));
      const keys = items.map((item) => item.key);
      expect((await (await stage.another().open(name)).entries(keys)).size).toBe(120);
    });

    it("keeps heads apart, also from keys that look like its own rows", async () => {
      const inbox = inboxChannel("user/ana");
      await change([
        ["HEAD", 1],
        ["ACCESS", "x".repeat(2000)],
        ["K#a", 1],
      ]);
      await change([["request/a", 1]], {}, inbox);
      await change([["title", 1]], {}, workChannel("video/v_0"));
      expect(await keysOf(work)).toEqual(["HEAD", "ACCESS", "K#a"]);
      expect(await keysOf(inbox)).toEqual(["request/a"]);
      expect([...(await heads.read([name, inbox])).keys()].sort()).toEqual([inbox, name].sort());
      await expect((await heads.open(name)).since(inbox, 0)).rejects.toThrow(TypeError);
    });

    it("creates a head once if two writers try", async () => {
      const state = await heads.open(name);
      const results = await Promise.all(
        ["e1", "e2"].map((epoch) => heads.commit(changeOf(state, [["title", epoch]], { epoch }))),
      );
      expect(results.map(({ outcome }) => outcome).sort()).toEqual(["committed", "conflict"]);
    });

    it("writes nothing of a change that was decided on an older head, and returns the current one", async () => {
      const stale = await heads.open(name);
      await change([["title", "one"]]);
      const older = await heads.open(name);
      await change([
        ["title", "two"],
        ["request/a", "x".repeat(2000)],
      ]);
      for (const before of [stale, older]) {
        const result = await heads.commit(
          changeOf(before, [
            ["avatar", 1],
            ["request/a", 1],
          ]),
        );
        expect(result.outcome).toBe("conflict");
        const state = result.outcome === "conflict" ? result.state : undefined;
        expect(state?.head?.channels).toMatchObject({ watch: { head: 2 }, work: { head: 3 } });
        const entries = await state?.entries(["title", "avatar", "request/a"]);
        expect([...(entries?.values() ?? [])].map(({ value }) => value)).toEqual(["two", "x".repeat(2000)]);
      }
      expect(await keysOf(work)).toEqual(["title", "request/a"]);
    });

    it("commits on the state that a conflict returned", async () => {
      const stale = await heads.open(name);
      await change([["title", "one"]]);
      const lost = await heads.commit(changeOf(stale, [["avatar", 1]]));
      const again = await heads.commit(changeOf(stateOf(lost), [["avatar", 1]]));
      expect(again.outcome).toBe("committed");
      expect(await keysOf(watch)).toEqual(["title", "avatar"]);
    });

    it("gives each change to exactly one of fifty who change a head at once", async () => {
      await change([["title", 0]]);
      for (let round = 0; round < 3; round++) {
        const state = await heads.open(name);
        const value = round === 1 ? "x".repeat(2000) : 1;
        const results = await Promise.all(
          Array.from({ length: 50 }, (_, i) => heads.commit(changeOf(state, [[`by/${round}/${i}`, value]]))),
        );
        expect(results.filter(({ outcome }) => outcome === "committed")).toHaveLength(1);
        expect(results.filter(({ outcome }) => outcome === "conflict")).toHaveLength(49);
      }
      expect((await heads.since(work, 1))?.items.map(({ offset }) => offset)).toEqual([2, 3, 4]);
    });

    it("keeps every change of forty writers who retry", async () => {
      const other = stage.another();
      await Promise.all(
        Array.from({ length: 40 }, async (_, i) => {
          const store = i % 2 ? heads : other;
          let state = await store.open(name);
          for (let tries = 0; tries < 40; tries++) {
            const result = await store.commit(changeOf(state, [[`by/${i}`, "x".repeat(i * 40)]]));
            if (result.outcome === "committed") return;
            state = (result.outcome === "conflict" && result.state) || (await store.open(name));
          }
          throw new Error("forty tries were lost");
        }),
      );
      expect(new Set(await keysOf(work)).size).toBe(40);
      expect((await heads.since(work, 0))?.items.map(({ offset }) => offset)).toEqual(
        Array.from({ length: 40 }, (_, i) => i + 1),
      );
    });

    it("changes nothing once the guarding request has moved on", async () => {
      const request = openRequest();
      await stage.requests.ask(storedAsking(request));
      const guarded = (version: number) => ({ guard: { request: request.id, version } });
      expect((await change([["request/1", 1]], guarded(request.version))).outcome).toBe("committed");
      expect((await change([["request/2", 1]], guarded(request.version + 1))).outcome).toBe("guard_failed");
      expect((await change([["request/3", "x".repeat(2000)]], guarded(7))).outcome).toBe("guard_failed");
      expect(await keysOf(work)).toEqual(["request/1"]);
    });

    it("forgets removals with the change that raises the floor, and nothing else", async () => {
      for (const key of ["title", "avatar"]) await change([[key, null]]);
      await change([["request/a", "x".repeat(2000)]]);
      const state = await heads.open(name);
      const meta = { ...newMeta, head: 3, floor: 1 };
      const head = { channels: { watch: meta, work: { ...meta, head: 4 } } };
      const forgetting = changeOf(state, [["step/e/one", 1]], { forget: ["title"], head });
      expect((await heads.commit(forgetting)).outcome).toBe("committed");
      expect((await heads.commit(forgetting)).outcome).toBe("conflict");
      expect(await keysOf(watch)).toEqual(["avatar", "step/e/one"]);
      expect((await heads.since(watch, 0))?.head.channels.watch).toMatchObject({ head: 3, floor: 1 });
    });

    it("keeps who belongs to a subject, however many they are", async () => {
      const many = (n: number) => Array.from({ length: n }, (_, i) => `user/${"n".repeat(120)}${i}` as const);
      const lists = [
        [1, 0],
        [20, 20],
        [20, 20],
        [3, 1],
        [0, 0],
        [20, 0],
      ] as const;
      for (const [owners, followers] of lists) {
        const access = { owners: many(owners), followers: many(followers) };
        const written = stateOf(await change([["title", owners]], { head: access }));
        expect(written.head).toMatchObject(access);
        expect((await stage.another().read([name])).get(name)).toEqual(written.head);
        expect((await heads.since(watch, 0))?.head).toEqual(written.head);
      }
    });

    it("spreads a channel once, however many ask for it, and no change undoes that", async () => {
      await change([["title", 1]]);
      const before = await heads.open(name);
      await Promise.all([1, 2, 3].map(() => heads.spread(watch, 1, 4)));
      expect((await heads.commit(changeOf(before, [["title", 2]]))).outcome).toBe("conflict");
      const { head } = await heads.open(name);
      expect(head?.channels).toEqual({
        watch: { ...newMeta, head: 1, shards: 4 },
        work: { ...newMeta, head: 1 },
      });
      await heads.spread("watch:video/none", 1, 4);
      expect(await heads.since("watch:video/none", 0)).toBeUndefined();
    });

    it.each([
      ["a few keys of every size", { keys: 12, sizes: allSizes }],
      ["many small keys", { keys: 500, sizes: [5, 20, 60] }],
      ["values around a kilobyte", { keys: 30, sizes: [990, 1010, 1020, 1030, 1100] }],
      ["large values", { keys: 30, sizes: [1100, 6000, 16_000] }],
    ])("equals a plain map from every offset: %s", async (_what, of) => {
      const steps = runs(30);
      const seed = of.keys + of.sizes.length;
      const stores = [heads, stage.another(), heads];
      await walk({ name, seed, steps, ...of }, stores);
      await walk({ name: inboxChannel(`user/u_${count}`), seed, steps: steps / 2, ...of }, stores);
      await walk({ name: listChannel(`k${count}`, "user/ana"), seed, steps: steps / 2, ...of }, stores);
    });
  });
}

/** The state that a commit returned. */
function stateOf(result: Committed): HeadState {
  if (result.outcome === "guard_failed" || !result.state) throw new Error(`no state: ${result.outcome}`);
  return result.state;
}
