import { marshall } from "@aws-sdk/util-dynamodb";
import type { FeedbackRequest } from "@callboard/core";
import { changeOf, newMeta } from "@callboard/core/testing/head-changes.ts";
import { openRequest } from "@callboard/core/testing/request-store.contract.ts";
import { workChannel } from "@callboard/protocol";
import { expect, it } from "vitest";
import { dynamoDb } from "../aws/dynamodb/dynamodb.ts";
import {
  noRetries,
  type RecordedAnswer,
  type RecordedCall,
  recordedService,
} from "../testing/recorded-service.ts";
import { stillClock } from "../testing/still-clock.ts";
import { noRows, packHead } from "./head-row.ts";
import { entryKey, headKey, requestKey } from "./keys.ts";
import { tableStores } from "./table-stores.ts";

/** Stores on a table that answers what `answer` says: what the engine never does, but DynamoDB under load. */
function stage(answer: (call: RecordedCall, nth: number) => RecordedAnswer) {
  const service = recordedService(answer);
  const clock = stillClock();
  const dynamodb = dynamoDb({ transport: service.transport, retries: noRetries, token: () => "t" });
  return { ...tableStores({ name: "callboard", dynamodb, clock }), clock, calls: service.calls };
}

const cancelled = (...codes: string[]): RecordedAnswer => ({
  error: "TransactionCanceledException",
  fields: { CancellationReasons: codes.map((Code) => ({ Code })) },
});

const name = workChannel("video/v_1");
const guard = { request: "req_000000000001", version: 1 } as const;

/** A head's row after one change; a long value is in a row beside it. */
const headItem = ({ by = "somebody", beside = noRows } = {}) => ({
  ...headKey(name),
  ...packHead({
    name,
    rev: 1,
    epoch: "e",
    birth: "e",
    by,
    channels: { work: { ...newMeta, head: 1 } },
    members: { owners: [], followers: [] },
    beside,
    entries: new Map(),
  }),
});

/** Heads of a table that holds one and answers writes with what `answer` says. */
async function opened(answer: (call: RecordedCall, nth: number) => RecordedAnswer) {
  const answers = stage((call, nth) =>
    call.operation === "BatchGetItem"
      ? { body: { Responses: { callboard: [marshall(headItem())] } } }
      : answer(call, nth - 1),
  );
  return { ...answers, before: await answers.heads.open(name) };
}

it.each([
  [["TransactionConflict", "None"], "conflict"],
  [["ConditionalCheckFailed", "None"], "conflict"],
  [["None", "ConditionalCheckFailed"], "guard_failed"],
  [["ConditionalCheckFailed", "ConditionalCheckFailed"], "guard_failed"],
  [["TransactionConflict", "ConditionalCheckFailed"], "guard_failed"],
  [["ThrottlingError", "None"], "conflict"],
  [["None", "ProvisionedThroughputExceeded"], "conflict"],
])("reports a change that was cancelled for %j as %s", async (codes, outcome) => {
  const { heads, before } = await opened(() => cancelled(...codes));
  expect(await heads.commit(changeOf(before, [["a", 1]], { guard }))).toEqual({ outcome });
});

it("does not report a change as lost that DynamoDB will never accept", async () => {
  const { heads, before } = await opened(() => cancelled("ValidationError", "None"));
  await expect(heads.commit(changeOf(before, [["a", 1]], { guard }))).rejects.toMatchObject({
    name: "TransactionCanceledException",
  });
});

it("refuses a change that does not fit one transaction before it sends it", async () => {
  const { heads, before, calls } = await opened(() => ({}));
  const values = Array.from({ length: 101 }, (_, i) => [`k${i}`, "x".repeat(2000)] as const);
  await expect(heads.commit(changeOf(before, values))).rejects.toThrow(RangeError);
  expect(calls.map(({ operation }) => operation)).toEqual(["BatchGetItem"]);
});

it("writes a head although transactions conflict with it, and stops trying if that continues", async () => {
  const contended: RecordedAnswer = { error: "TransactionConflictException" };
  const patient = await opened((_call, nth) => (nth < 3 ? contended : {}));
  expect((await patient.heads.commit(changeOf(patient.before, [["a", 1]]))).outcome).toBe("committed");
  expect(patient.clock.waits).toEqual([5, 10, 20]);
  const never = await opened(() => contended);
  expect(await never.heads.commit(changeOf(never.before, [["a", 1]]))).toEqual({ outcome: "conflict" });
  expect(never.clock.waits).toEqual([5, 10, 20, 40]);
});

it("recognizes the stored row that a failed condition returns", async () => {
  const { heads, before, calls } = await opened(() => ({
    error: "ConditionalCheckFailedException",
    fields: { Item: marshall(headItem({ by: "another" })) },
  }));
  const result = await heads.commit(changeOf(before, [["a", 1]]));
  expect(result).toMatchObject({ outcome: "conflict", state: { head: { channels: { work: { head: 1 } } } } });
  expect(calls.map(({ operation }) => operation)).toEqual(["BatchGetItem", "PutItem"]);
});

it("reports a missing head as a conflict without a known state", async () => {
  const { heads, before } = await opened(() => ({ error: "ConditionalCheckFailedException" }));
  expect(await heads.commit(changeOf(before, [["a", 1]]))).toEqual({ outcome: "conflict" });
});

function row(request: FeedbackRequest) {
  const { pk, sk } = requestKey(request.id);
  const stored = { pk: { S: pk }, sk: { S: sk }, request: { S: JSON.stringify(request) } };
  return { Responses: { callboard: [stored] } };
}

it("moves a request despite concurrent transactions on it", async () => {
  const request = openRequest();
  const { requests, clock } = stage(({ operation }, nth) => {
    if (operation === "BatchGetItem") return { body: row(request) };
    return nth < 4 ? cancelled("TransactionConflict", "None") : {};
  });
  expect(await requests.move({ from: 1, request: { ...request, version: 2 } })).toEqual({ won: true });
  expect(clock.waits).toEqual([10, 20]);
});

it("finds that the other transaction has moved it", async () => {
  const request = openRequest();
  const moved = { ...request, version: 2 };
  const { requests } = stage(({ operation }) =>
    operation === "BatchGetItem" ? { body: row(moved) } : cancelled("TransactionConflict"),
  );
  expect(await requests.move({ from: 1, request: moved })).toEqual({ won: false, current: moved });
});

it("gives up a request that stays contended", async () => {
  const request = openRequest();
  const { requests, clock } = stage(({ operation }) => {
    if (operation === "BatchGetItem") return { body: row(request) };
    return operation === "PutItem"
      ? { error: "TransactionConflictException" }
      : cancelled("TransactionConflict");
  });
  await expect(requests.move({ from: 1, request })).rejects.toThrow("contended");
  await expect(requests.note(request, {})).rejects.toThrow("contended");
  expect(clock.waits).toHaveLength(20);
});

it("reads and deletes what a busy table left undone", async () => {
  const { heads, subscriptions } = stage(({ operation, body }, nth) => {
    const { RequestItems } = JSON.parse(body);
    switch (operation) {
      case "Query":
        return {
          body: { Items: Array.from({ length: 30 }, (_, i) => ({ pk: { S: `p${i}` }, sk: { S: "s" } })) },
        };
      case "BatchWriteItem":
        return { body: { UnprocessedItems: nth === 1 ? RequestItems : {} } };
      default:
        return nth === 0
          ? { body: { Responses: {}, UnprocessedKeys: RequestItems } }
          : { body: { Responses: { callboard: [marshall(headItem())] } } };
    }
  });
  expect((await heads.read([name])).get(name)?.channels.work?.head).toBe(1);
  await subscriptions.removeAll("c1");
});

it("gives up a batch that a busy table never does", async () => {
  const { heads, clock } = stage(({ body }) => ({
    body: { Responses: {}, UnprocessedKeys: JSON.parse(body).RequestItems },
  }));
  await expect(heads.read([name, workChannel("video/v_2")])).rejects.toThrow("left 2 rows");
  expect(clock.waits).toEqual([25, 50, 100, 200, 400, 800, 1600]);
});

it("reads rows beside a head page by page, and skips those of another birth", async () => {
  const row = (key: string, offset: number, epoch = "e") =>
    marshall({
      ...entryKey(name, key),
      epoch,
      rev: 1,
      entry: JSON.stringify(["=1", 1, 0, offset, `at ${offset}`]),
    });
  const beside = { changed: 1, count: 2, highest: { work: 4 } };
  const { heads, calls } = stage(({ operation }, nth) => {
    if (operation === "BatchGetItem")
      return { body: { Responses: { callboard: [marshall(headItem({ beside }))] } } };
    return {
      body:
        nth === 1
          ? { Items: [row("a", 4), row("b", 2, "other")], LastEvaluatedKey: marshall(entryKey(name, "b")) }
          : { Items: [row("c", 3)] },
    };
  });
  expect((await heads.since(name, 0))?.items.map(({ key, value }) => [key, value])).toEqual([
    ["c", "at 3"],
    ["a", "at 4"],
  ]);
  expect(calls.map(({ operation }) => operation)).toEqual(["BatchGetItem", "Query", "Query"]);
});
