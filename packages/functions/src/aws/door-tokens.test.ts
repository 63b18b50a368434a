import type { DoorClaims } from "@callboard/core";
import { minutes } from "@callboard/protocol";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { doorSecretKey } from "../table/keys.ts";
import type { Table } from "../table/table.ts";
import { type Engine, startEngine } from "../testing/dynamodb.ts";
import { doorTokens } from "./door-tokens.ts";
import { batchGetItem, putItem } from "./dynamodb/dynamodb.ts";
import { cryptoIds } from "./machine.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

async function setUp() {
  let now = Date.UTC(2026, 0, 1);
  let reads = 0;
  const clock = { now: () => now, wait: async () => {} };
  const call: typeof engine.dynamodb.call = (target, input) => {
    if (target.endsWith("Query")) reads++;
    return engine.dynamodb.call(target, input);
  };
  const table: Table = { name: await engine.createTable(), dynamodb: { ...engine.dynamodb, call }, clock };
  return {
    table,
    reads: () => reads,
    pass(ms: number) {
      now += ms;
    },
    maker: () => doorTokens({ table, makeSecret: cryptoIds.secret, clock }),
    reader: () => doorTokens({ table, clock }),
    rotate: (n: number) =>
      putItem(table.dynamodb, {
        TableName: table.name,
        Item: { ...doorSecretKey(n), secret: cryptoIds.secret() },
      }),
    async secrets() {
      const Keys = [doorSecretKey(1), doorSecretKey(2)];
      const { Responses } = await batchGetItem(table.dynamodb, {
        RequestItems: { [table.name]: { Keys, ConsistentRead: true } },
      });
      return Responses[table.name]!.map(({ secret }) => secret as string);
    },
  };
}

const answer = {
  kind: "answer",
  requestId: `req_${"0123456789abcdef".repeat(2)}`,
  person: { id: "ana", name: "Ana" },
  as: "user/ana",
  door: "mail",
  until: Date.UTC(2026, 1, 1),
} as const satisfies DoorClaims;
const unsubscribe = { kind: "unsubscribe", key: "0123456789abcdef", door: "webhook" } as const;

describe("a token of a door", () => {
  it.each<DoorClaims>([
    answer,
    { ...answer, door: "webhook", as: "role/editors" },
    { ...answer, person: { id: "ana", name: "ana" } },
    { ...answer, person: { id: "ana@example.com", name: "山田 花子 👩‍👩‍👧" } },
    unsubscribe,
  ])("opens to what was sealed, in any process: %j", async (claims) => {
    const { maker, reader } = await setUp();
    const token = await maker().seal(claims);
    expect(token).toMatch(/^[\w-]+\.[\w-]{43}$/);
    expect(await reader().open(token)).toEqual(claims);
  });

  it("has at most 600 characters, with the longest ids and roles; only a longer name is cut", async () => {
    const { maker } = await setUp();
    const tokens = maker();
    const id = "x".repeat(128);
    const claims: DoorClaims = {
      ...answer,
      person: { id, name: "長い名前".repeat(25) },
      as: `role/${"y".repeat(128)}`,
    };
    const token = await tokens.seal(claims);
    expect(token.length).toBeLessThanOrEqual(600);
    const opened = await tokens.open(token);
    expect(opened).toMatchObject({ person: { id }, as: claims.as });
    expect(opened?.kind === "answer" && opened.person.name).toMatch(/^長い名前.*…$/);
  });

  it("is invalid if any character of it is changed", async () => {
    const { maker } = await setUp();
    const tokens = maker();
    const token = await tokens.seal(answer);
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    const property = fc.asyncProperty(
      fc.nat(token.length - 1),
      fc.constantFrom(...letters),
      async (at, letter) => {
        fc.pre(token[at] !== letter);
        expect(await tokens.open(token.slice(0, at) + letter + token.slice(at + 1))).toBeUndefined();
      },
    );
    await fc.assert(property, { numRuns: 200 });
  });

  it("is invalid if it is cut, from another deployment, or was never sealed", async () => {
    const { maker } = await setUp();
    const other = await setUp();
    const tokens = maker();
    const token = await tokens.seal(answer);
    const [payload, mac] = token.split(".");
    const foreign = await other.maker().seal(answer);
    const forged = `${Buffer.from(JSON.stringify(["u", "k", "m"])).toString("base64url")}.${mac}`;
    for (const one of [
      "",
      ".",
      payload!,
      `${payload}.`,
      `.${mac}`,
      `${token}A`,
      ` ${token}`,
      foreign,
      forged,
      "x".repeat(10_000),
    ])
      expect(await tokens.open(one)).toBeUndefined();
  });
});

describe("the key of doors", () => {
  it("is one of 32 random bytes, even if several processes create it at once", async () => {
    const { maker, secrets } = await setUp();
    const tokens = Array.from({ length: 5 }, maker);
    const sealed = await Promise.all(tokens.map((one) => one.seal(answer)));
    expect(new Set(sealed).size).toBe(1);
    expect((await secrets()).map((secret) => Buffer.from(secret, "base64").length)).toEqual([32]);
  });

  it("reads keys once a minute for each process; without permission none creates a key", async () => {
    const { maker, reader, reads, secrets, pass } = await setUp();
    expect(await reader().open(`${"A".repeat(40)}.${"A".repeat(43)}`)).toBeUndefined();
    await expect(reader().seal(answer)).rejects.toThrow("there is no key");
    expect(await secrets()).toEqual([]);
    const tokens = maker();
    const token = await tokens.seal(answer);
    const before = reads();
    for (let n = 0; n < 5; n++) await tokens.open(await tokens.seal(unsubscribe));
    expect(reads()).toBe(before);
    pass(minutes(1));
    for (let n = 0; n < 5; n++) expect(await tokens.open(token)).toEqual(answer);
    expect(reads()).toBe(before + 1);
  });

  it("may be followed by another, which seals within a minute; tokens of both stay valid", async () => {
    const { maker, reader, rotate, pass } = await setUp();
    const old = maker();
    const first = await old.seal(answer);
    await rotate(2);
    const second = await maker().seal(answer);
    expect(second).not.toBe(first);
    for (const token of [first, second]) expect(await reader().open(token)).toEqual(answer);
    // A process that has read the first key finds the second within a minute.
    expect(await old.open(second)).toBeUndefined();
    pass(minutes(1));
    expect(await old.seal(answer)).toBe(second);
    for (const token of [first, second]) expect(await old.open(token)).toEqual(answer);
  });

  it("is no longer valid once two have followed it, also in processes that knew it", async () => {
    const { maker, rotate, pass } = await setUp();
    const tokens = maker();
    const first = await tokens.seal(answer);
    await rotate(2);
    await rotate(3);
    pass(minutes(1));
    expect(await tokens.open(first)).toBeUndefined();
  });

  it("is read again after reading it failed", async () => {
    const { maker, table } = await setUp();
    let fails = true;
    const { call } = table.dynamodb;
    (table as { dynamodb: Table["dynamodb"] }).dynamodb = {
      ...table.dynamodb,
      call: (target, input) => (fails ? Promise.reject(new Error("down")) : call(target, input)),
    };
    const tokens = maker();
    await expect(tokens.seal(answer)).rejects.toThrow("down");
    fails = false;
    expect(await tokens.open(await tokens.seal(answer))).toEqual(answer);
  });
});

describe("the handle that a plugin returns", () => {
  const turn = { kind: "plugin", requestId: "req_000000000001", until: Date.UTC(2026, 0, 2) } as const;

  it("is the same each time it is made, and opens to its turn", async () => {
    const tokens = (await setUp()).maker();
    const handle = await tokens.seal(turn);
    expect(await tokens.seal(turn)).toBe(handle);
    expect(await tokens.open(handle)).toEqual(turn);
  });

  it("is invalid if any character of it is changed", async () => {
    const tokens = (await setUp()).maker();
    const handle = await tokens.seal(turn);
    for (let at = 0; at < handle.length; at++) {
      const other = handle[at] === "A" ? "B" : "A";
      expect(await tokens.open(handle.slice(0, at) + other + handle.slice(at + 1))).toBeUndefined();
    }
  });

  it("is invalid in another deployment", async () => {
    const [here, there] = [(await setUp()).maker(), (await setUp()).maker()];
    await there.seal(turn);
    expect(await there.open(await here.seal(turn))).toBeUndefined();
  });
});
