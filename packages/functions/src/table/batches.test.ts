import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { dynamoDb } from "../aws/dynamodb/dynamodb.ts";
import { noRetries, type RecordedAnswer, recordedService } from "../testing/recorded-service.ts";
import { stillClock } from "../testing/still-clock.ts";
import { readRow, readRows } from "./batches.ts";
import type { Key } from "./keys.ts";
import type { Table } from "./table.ts";

type Asked = { Keys: { pk: { S: string }; sk: { S: string } }[]; ConsistentRead: boolean };

/** A table in which every row exists whose key does not begin with `no`; `refuse` may answer in its place. */
function stage(refuse: (asked: Asked, nth: number) => RecordedAnswer | undefined = () => undefined) {
  const asked: string[][] = [];
  const service = recordedService(({ body }, nth) => {
    const [[name, request]] = Object.entries(JSON.parse(body).RequestItems) as [[string, Asked]];
    asked.push(request.Keys.map(({ pk }) => pk.S));
    expect(request.ConsistentRead).toBe(true);
    const rows = request.Keys.filter(({ pk }) => !pk.S.startsWith("no"));
    return (
      refuse(request, nth) ?? { body: { Responses: { [name]: rows.toReversed() }, UnprocessedKeys: {} } }
    );
  });
  const clock = stillClock();
  const dynamodb = dynamoDb({ transport: service.transport, retries: noRetries, token: () => "t" });
  const table: Table = { name: "callboard", dynamodb, clock };
  return { table, asked, clock };
}

const key = (pk: string): Key => ({ pk, sk: "s" });
const nameOf = (row: object | undefined) => (row as Key | undefined)?.pk;

it("reads all that is asked for in one turn with one call, each key once", async () => {
  const { table, asked } = stage();
  const late = async () => {
    await Promise.resolve();
    await null;
    return readRow(table, key("c"));
  };
  const [a, none, c, several] = await Promise.all([
    readRow(table, key("a")),
    readRow(table, key("none")),
    late(),
    readRows(table, [key("b"), key("a"), key("b")]),
  ]);
  expect([nameOf(a), none, nameOf(c), several.map(nameOf)]).toEqual(["a", undefined, "c", ["b", "a"]]);
  expect(asked).toEqual([["a", "none", "b", "c"]]);
});

it("reads again for later requests, even while the first call is under way", async () => {
  const { table, asked } = stage();
  const first = readRow(table, key("a"));
  await turn();
  const second = readRow(table, key("a"));
  await Promise.all([first, second]);
  await readRow(table, key("a"));
  expect(asked).toEqual([["a"], ["a"], ["a"]]);
});

it("reads different tables, and through different clients, with a call each", async () => {
  const one = stage();
  const other = stage();
  const tables = [one.table, { ...one.table, name: "restored" }, other.table];
  await Promise.all(tables.map((table) => readRow(table, key("a"))));
  expect([one.asked, other.asked]).toEqual([[["a"], ["a"]], [["a"]]]);
});

it("makes no call for no rows", async () => {
  const { table, asked } = stage();
  expect(await readRows(table, [])).toEqual([]);
  expect(asked).toEqual([]);
});

it("reads a hundred keys a call", async () => {
  const { table, asked } = stage();
  const keys = Array.from({ length: 250 }, (_, n) => key(`k${n}`));
  expect((await readRows(table, keys)).map(nameOf)).toEqual(keys.map(nameOf));
  expect(asked.map(({ length }) => length)).toEqual([100, 100, 50]);
});

it("retries what a busy table left out, and nothing else", async () => {
  const { table, asked, clock } = stage(({ Keys }, nth) => {
    if (nth > 1) return undefined;
    const [first, ...left] = Keys;
    const UnprocessedKeys = { callboard: { Keys: left } };
    return { body: { Responses: { callboard: [first] }, UnprocessedKeys } };
  });
  const rows = await Promise.all(["a", "b", "c"].map((pk) => readRow(table, key(pk))));
  expect(rows.map(nameOf)).toEqual(["a", "b", "c"]);
  expect(asked).toEqual([["a", "b", "c"], ["b", "c"], ["c"]]);
  expect(clock.waits).toEqual([25, 50]);
});

it("does not let one invalid key fail the other reads of the same turn", async () => {
  const { table, asked } = stage(({ Keys }) =>
    Keys.some(({ pk }) => pk.S === "bad") ? { error: "ValidationException" } : undefined,
  );
  const [a, bad, b] = await Promise.allSettled(["a", "bad", "b"].map((pk) => readRow(table, key(pk))));
  expect([a, b]).toMatchObject([{ value: { pk: "a" } }, { value: { pk: "b" } }]);
  expect(bad).toMatchObject({ reason: { name: "ValidationException" } });
  expect(asked).toEqual([["a", "bad", "b"], ["a"], ["bad"], ["b"]]);
});

it("fails everybody in the turn when the table cannot be read, without asking for each", async () => {
  const { table, asked } = stage(() => ({ error: "InternalServerError", status: 500 }));
  const ends = await Promise.allSettled(["a", "b"].map((pk) => readRow(table, key(pk))));
  expect(ends).toMatchObject([
    { reason: { name: "InternalServerError" } },
    { reason: { name: "InternalServerError" } },
  ]);
  expect(asked).toHaveLength(1);
});
