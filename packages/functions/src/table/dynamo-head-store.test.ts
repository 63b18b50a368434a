import type { Entry, HeadChange, HeadState, HeadStore, ShownItems } from "@callboard/core";
import { changeOf } from "@callboard/core/testing/head-changes.ts";
import { allSizes, walk } from "@callboard/core/testing/head-walk.ts";
import { openRequest, storedAsking } from "@callboard/core/testing/request-store.contract.ts";
import { runs } from "@callboard/core/testing/runs.ts";
import { seededRandom } from "@callboard/core/testing/seeded-random.ts";
import { type Channel, workChannel } from "@callboard/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Fields } from "../aws/json/service.ts";
import { systemClock } from "../aws/machine.ts";
import { type Engine, startEngine } from "../testing/dynamodb.ts";
import { deleteRows } from "./batches.ts";
import { dynamoHeadStore } from "./dynamo-head-store.ts";
import { dynamoRequestStore } from "./dynamo-request-store.ts";
import { mayHaveRow, rowBytes, unpackHead } from "./head-row.ts";
import { entryKey, headKey } from "./keys.ts";
import { MAX_HEAD_BYTES, MAX_INLINE_BYTES } from "./place-entries.ts";
import { queryPages } from "./queries.ts";
import type { Row, Table } from "./table.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const name = workChannel("video/v_1");
const work: Channel = name;
const large = "x".repeat(MAX_INLINE_BYTES);

async function freshTable(): Promise<Table> {
  return { name: await engine.createTable(), dynamodb: engine.dynamodb, clock: systemClock };
}

/** The table, with a hook before each of its calls. */
const through = (
  table: Table,
  send: (operation: string, next: () => Promise<Fields>) => Promise<Fields>,
): Table => ({
  ...table,
  dynamodb: {
    ...engine.dynamodb,
    call: (target, input) => send(target.split(".")[1]!, () => engine.dynamodb.call(target, input)),
  },
});

/** Every row of a partition. */
async function rowsOf(table: Table, pk: string): Promise<Row[]> {
  const pages = queryPages(table, {
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": pk },
  });
  const rows: Row[] = [];
  for await (const page of pages) rows.push(...page);
  return rows;
}

/** The table, with the names of the calls that were made of it. */
function counted(table: Table) {
  const calls: string[] = [];
  const counting = through(table, (call, next) => {
    calls.push(call.replace(/Items?$/, ""));
    return next();
  });
  return { table: counting, since: () => calls.splice(0) };
}

const change = async (store: HeadStore, ...values: (readonly [string, unknown])[]) =>
  store.commit(changeOf(await store.open(name), values));

it("writes a change of small values with one read and one write, and without a read after its own write", async () => {
  const calls = counted(await freshTable());
  const store = dynamoHeadStore(calls.table);
  const written = await change(store, ["step/e/one", "running"], ["title", "short"]);
  expect(calls.since()).toEqual(["BatchGet", "Put"]);
  if (written.outcome !== "committed") throw new Error(written.outcome);
  await written.state.since(work, 0);
  await written.state.entries(["step/e/one", "step/e/two"]);
  await store.commit(changeOf(written.state, [["step/e/two", "running"]]));
  expect(calls.since()).toEqual(["Put"]);
});

it("reads no rows that it has read before or written itself, until they change", async () => {
  const table = await freshTable();
  await change(dynamoHeadStore(table), ["request/a", large], ["title", "one"]);
  const calls = counted(table);
  const store = dynamoHeadStore(calls.table);
  await store.since(work, 0);
  expect(calls.since()).toEqual(["BatchGet", "Query"]);
  await store.since(work, 0);
  await change(store, ["title", "two"], ["avatar", "new"]);
  expect(calls.since()).toEqual(["BatchGet", "BatchGet", "Put"]);
  await change(store, ["request/b", large]);
  await store.since(work, 0);
  expect(calls.since()).toEqual(["BatchGet", "TransactWrite", "BatchGet"]);
  await change(dynamoHeadStore(table), ["request/b", "short"]);
  await store.since(work, 0);
  expect(calls.since()).toEqual(["BatchGet", "Query"]);
});

it("needs no row to know that a key has none", async () => {
  const table = await freshTable();
  await change(dynamoHeadStore(table), ["request/a", large], ["request/b", large]);
  const calls = counted(table);
  const store = dynamoHeadStore(calls.table);
  const state = await store.open(name);
  expect(await state.entries(["step/e/one"])).toEqual(new Map());
  await store.commit(changeOf(state, [["step/e/one", "running"]]));
  expect(calls.since()).toEqual(["BatchGet", "Put"]);
  const other = dynamoHeadStore(calls.table);
  await change(other, ["request/b", "short"]);
  expect(calls.since()).toEqual(["BatchGet", "BatchGet", "TransactWrite"]);
});

it("reads no rows for a position that nothing in them is newer than", async () => {
  const table = await freshTable();
  await change(dynamoHeadStore(table), ["request/a", large]);
  await change(dynamoHeadStore(table), ["title", "one"]);
  const calls = counted(table);
  expect((await dynamoHeadStore(calls.table).since(work, 1))?.items).toMatchObject([{ key: "title" }]);
  expect((await dynamoHeadStore(calls.table).since("watch:video/v_1", 0))?.items).toHaveLength(1);
  expect(calls.since()).toEqual(["BatchGet", "BatchGet"]);
});

it.each([
  ["a few keys of every size", { keys: 15, sizes: allSizes }],
  ["many small keys", { keys: 500, sizes: [5, 20, 60] }],
  ["middling values", { keys: 60, sizes: [300, 500, 900] }],
])("never writes a head beyond its bytes, and has each key in one place: %s", async (_what, of) => {
  const table = await freshTable();
  const stores = [dynamoHeadStore(table), dynamoHeadStore(table)];
  await walk({ name, seed: 7, steps: runs(40), ...of }, stores, async () => {
    const rows = await rowsOf(table, headKey(name).pk);
    const row = rows.find(({ sk }) => sk === headKey(name).sk)!;
    expect(rowBytes(row)).toBeLessThanOrEqual(MAX_HEAD_BYTES);
    const stored = unpackHead(name, row);
    const beside = rows.filter(({ sk }) => (sk as string).startsWith("K#"));
    expect(stored.beside.count).toBe(beside.length);
    for (const key of beside.map(({ sk }) => (sk as string).slice(2)))
      expect([key, stored.entries.has(key), mayHaveRow(stored.beside, key)]).toEqual([key, false, true]);
    for (const entry of stored.entries.values())
      expect(JSON.stringify(entry.value).length).toBeLessThanOrEqual(MAX_INLINE_BYTES);
  });
});

it("takes as many writes as a transaction has room for, whatever has to move", async () => {
  const table = await freshTable();
  const store = dynamoHeadStore(table);
  const small = (n: number) => Array.from({ length: n }, (_, i) => [`small/${i}`, i] as const);
  await change(store, ...small(70));
  await change(store, ...Array.from({ length: 70 }, (_, i) => [`next/${i}`, i] as const));
  await change(store, ...Array.from({ length: 95 }, (_, i) => [`large/${i}`, large] as const));
  await change(store, ...Array.from({ length: 95 }, (_, i) => [`large/${i}`, i] as const));
  const { items } = (await dynamoHeadStore(table).since(work, 0)) as ShownItems;
  expect(items).toHaveLength(70 + 70 + 95);
  expect(items.filter(({ key }) => key.startsWith("large/")).map(({ value }) => value)).toEqual(
    Array.from({ length: 95 }, (_, i) => i),
  );
  await expect(
    change(store, ...Array.from({ length: 101 }, (_, i) => [`large/${i}`, large] as const)),
  ).rejects.toThrow(RangeError);
});

it("does not see rows of a head that was removed and created again", async () => {
  const table = await freshTable();
  const store = dynamoHeadStore(table);
  await change(store, ["request/a", large], ["request/b", large]);
  await deleteRows(table, [headKey(name)]);
  const anew = dynamoHeadStore(table);
  await anew.commit(changeOf(await anew.open(name), [["request/c", large]], { epoch: "e2" }));
  await change(anew, ["request/a", "short"]);
  for (const one of [anew, dynamoHeadStore(table), store])
    expect((await one.since(work, 0))?.items.map(({ key }) => key)).toEqual(["request/c", "request/a"]);
});

it.each([
  ["a write", "short", false],
  ["a transaction", large, false],
  ["a guarded transaction", "short", true],
] as const)(
  "reports a repeated change as committed if only its answer was lost: %s",
  async (_what, value, isGuarded) => {
    const table = await freshTable();
    const request = openRequest();
    await dynamoRequestStore(table).ask(storedAsking(request));
    const more = isGuarded ? { guard: { request: request.id, version: request.version } } : {};
    const losing = through(table, async (call, next) => {
      if (/Put|TransactWrite/.test(call)) await next();
      return next();
    });
    const store = dynamoHeadStore(losing);
    for (const at of [1, 2]) {
      const written = await store.commit(changeOf(await store.open(name), [["request/a", value]], more));
      expect(written).toMatchObject({
        outcome: "committed",
        state: { head: { channels: { work: { head: at } } } },
      });
    }
    expect((await dynamoHeadStore(table).since(work, 0))?.items).toMatchObject([{ value, offset: 2 }]);
  },
);

it("reports a change whose answer was lost as a conflict once another has overwritten it", async () => {
  const table = await freshTable();
  const other = dynamoHeadStore(table);
  let lost = false;
  const losing = through(table, async (call, next) => {
    if (lost || call !== "PutItem") return next();
    lost = true;
    await next();
    await change(other, ["avatar", "theirs"]);
    return next();
  });
  const result = await change(dynamoHeadStore(losing), ["title", "mine"]);
  expect(result.outcome).toBe("conflict");
  const state = (result as { state: HeadState }).state;
  expect([...(await state.entries("all")).keys()]).toEqual(["avatar", "title"]);
});

/** A head that others change while it is read, and all changes that were made to it. */
function crowd(store: HeadStore, random: () => number) {
  const keys = ["request/a", "request/b", "step/e/one", "title", "other"];
  const history: { entry: Entry; removed?: boolean }[] = [];
  const below = (n: number) => Math.floor(random() * n);
  return {
    keys,
    history,
    /** Makes a key long or short, removes it, or forgets removed ones. */
    async act() {
      const state = await store.open(name);
      const key = keys[below(keys.length)] as string;
      const value = [large, large, "short", "short", null][below(5)];
      const all = await state.entries("all");
      const gone = [...all.values()].filter((entry) => entry.value === null && entry.key !== key);
      const forget = below(3) === 0 ? gone : [];
      const change = changeOf(state, [[key, value]], { forget: forget.map((entry) => entry.key) });
      const channels = Object.fromEntries(
        Object.entries(change.after.channels).map(([kind, meta]) => {
          const floors = forget.map(({ offsets }) => offsets[kind as "work"] ?? 0);
          return [kind, { ...meta, floor: Math.max(meta.floor, ...floors) }];
        }),
      );
      const written = { ...change, after: { ...change.after, channels } } satisfies HeadChange;
      expect((await store.commit(written)).outcome).toBe("committed");
      history.push(...change.entries.map((entry) => ({ entry })));
    },
  };
}

it("returns every change up to its head, however the rows move while they are read", async () => {
  let torn = 0;
  for (let seed = 1; seed <= runs(60); seed++) {
    const random = seededRandom(seed);
    const table = await freshTable();
    const { act, history, keys } = crowd(dynamoHeadStore(table), random);
    for (let n = 0; n < 8; n++) await act();
    // Some readers are disturbed now and then, some before every one of their reads.
    const chance = seed % 3 === 0 ? 1 : 0.5;
    const most = seed % 3 === 0 ? 30 : 6;
    let acts = 0;
    const disturbed = through(table, async (_call, next) => {
      const before = random() < chance && acts++ < most;
      if (before) await act();
      const answer = await next();
      if (random() < chance / 2 && acts++ < most) await act();
      return answer;
    });
    const reader = dynamoHeadStore(disturbed);
    if (seed % 2) await reader.since(work, 0);
    const first = await dynamoHeadStore(table).open(name);
    const after = Math.floor(random() * (first.head?.channels.work?.head ?? 0));
    const { head, items } = (await reader.since(work, after)) as ShownItems;
    const meta = head.channels.work!;
    torn += acts >= 30 ? 1 : 0;
    for (const key of keys) {
      const changes = history
        .map(({ entry }) => entry)
        .filter((entry) => entry.key === key && entry.offsets.work);
      const item = items.find((one) => one.key === key);
      const until = changes.filter(({ offsets }) => offsets.work! <= meta.head).at(-1);
      if (item) {
        const told = changes.find(({ offsets }) => offsets.work === item.offset);
        expect(item).toMatchObject({ value: told?.value, version: told?.version, at: told?.at });
        expect(item.offset).toBeGreaterThan(after);
        expect(item.offset).toBeGreaterThanOrEqual(until?.offsets.work ?? 0);
        continue;
      }
      const latest = changes.at(-1)?.offsets.work ?? 0;
      const isForgotten = changes.some(
        ({ value, offsets }) =>
          value === null && offsets.work! <= meta.floor && offsets.work! >= (until?.offsets.work ?? 0),
      );
      expect([seed, key, latest <= after || latest > meta.head || isForgotten]).toEqual([seed, key, true]);
    }
  }
  expect(torn).toBeGreaterThan(0);
});

it("raises the floors of its answer when removed keys are forgotten while it reads", async () => {
  const table = await freshTable();
  const writer = dynamoHeadStore(table);
  // More than the head has room for.
  const removed = Array.from({ length: 90 }, (_, i) => `${i}-${"removed".repeat(8)}`);
  await change(writer, ...removed.map((key) => [key, null] as const));
  let n = 0;
  // Every reading of the rows finds fewer of them.
  const disturbed = through(table, async (call, next) => {
    if (call === "Query") {
      const state = await writer.open(name);
      const forget = [removed[n] as string];
      const floor = ++n;
      const { after, ...rest } = changeOf(state, [[`request/${n}`, large]], { forget });
      const channels = { ...after.channels, work: { ...after.channels.work!, floor } };
      await writer.commit({ ...rest, after: { ...after, channels } });
    }
    return next();
  });
  const { head, items } = (await dynamoHeadStore(disturbed).since(work, 0)) as ShownItems;
  expect(n).toBeGreaterThan(3);
  const lowest = Math.min(...items.map(({ offset }) => offset));
  expect(lowest).toBeGreaterThan(1);
  expect(head.channels.work?.floor).toBeGreaterThanOrEqual(lowest - 1);
});

it("finds each key that is there all the time, however it moves while it is read", async () => {
  for (let seed = 1; seed <= runs(40); seed++) {
    const random = seededRandom(seed);
    const table = await freshTable();
    const writer = dynamoHeadStore(table);
    const keys = ["request/a", "request/b", "title"];
    await change(writer, ...keys.map((key) => [key, large] as const));
    let acts = 0;
    const move = async () =>
      void (await change(writer, [keys[acts % 3] as string, Math.floor(acts++ / 2) % 2 ? large : "short"]));
    const disturbed = through(table, async (_call, next) => {
      if (acts < 6 && random() < 0.6) await move();
      const answer = await next();
      if (acts < 6 && random() < 0.6) await move();
      return answer;
    });
    const state = await dynamoHeadStore(disturbed).open(name);
    const asked = seed % 2 ? ("all" as const) : ([...keys, "never"] as const);
    const found = await state.entries(asked === "all" ? asked : [...asked]);
    expect([seed, [...found.keys()].sort()]).toEqual([seed, keys]);
  }
});

it("gives up entries whose rows change whenever they are read", async () => {
  const table = await freshTable();
  const writer = dynamoHeadStore(table);
  await change(writer, ["request/a", large]);
  let n = 0;
  const disturbed = through(table, async (call, next) => {
    if (call === "Query") await change(writer, [`request/${n++}`, large]);
    return next();
  });
  const state = await dynamoHeadStore(disturbed).open(name);
  await expect(state.entries("all")).rejects.toThrow("change faster than they are read");
  expect(n).toBeGreaterThan(3);
});

it("reads a row that its head does not count as it is, as after a restore", async () => {
  const table = await freshTable();
  const store = dynamoHeadStore(table);
  await change(store, ["request/a", large], ["request/b", large]);
  await deleteRows(table, [entryKey(name, "request/a")]);
  const again = dynamoHeadStore(table);
  expect((await again.since(work, 0))?.items.map(({ key }) => key)).toEqual(["request/b"]);
  expect((await change(again, ["request/a", "short"])).outcome).toBe("committed");
  expect((await dynamoHeadStore(table).since(work, 0))?.items.map(({ key }) => key)).toEqual([
    "request/b",
    "request/a",
  ]);
});
