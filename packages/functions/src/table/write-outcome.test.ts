import type { ChannelChange, ChannelMeta, FeedbackRequest } from "@callboard/core";
import { openRequest } from "@callboard/core/testing/request-store.contract.ts";
import { expect, it } from "vitest";
import { dynamoDb } from "../aws/dynamodb/dynamodb.ts";
import {
  noRetries,
  type RecordedAnswer,
  type RecordedCall,
  recordedService,
} from "../testing/recorded-service.ts";
import { stillClock } from "../testing/still-clock.ts";
import { channelKey, requestKey } from "./keys.ts";
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

const meta: ChannelMeta = {
  head: 1,
  epoch: "e",
  shards: 1,
  floor: 0,
  keys: 1,
  bytes: 1,
  removed: 0,
  pushed: 1,
  pushedAt: 0,
  flushAt: 0,
  owners: [],
  followers: [],
};
const change: ChannelChange = {
  channel: "watch:video/v_1",
  before: meta,
  after: { ...meta, head: 2 },
  items: [{ item: { key: "a", value: 1, offset: 2, version: "2", at: 2 }, was: 1 }],
  guard: { request: "req_000000000001", version: 1 },
};

it.each([
  [["TransactionConflict", "None", "None"], "conflict"],
  [["None", "ConditionalCheckFailed", "None"], "conflict"],
  [["None", "None", "ConditionalCheckFailed"], "guard_failed"],
  [["ConditionalCheckFailed", "TransactionConflict", "ConditionalCheckFailed"], "guard_failed"],
  [["ThrottlingError", "None", "None"], "conflict"],
  [["None", "ProvisionedThroughputExceeded", "None"], "conflict"],
])("takes a change that was cancelled for %j as %s", async (codes, outcome) => {
  const { channels } = stage(() => cancelled(...codes));
  expect(await channels.commit(change)).toBe(outcome);
});

it("does not take a change for lost that DynamoDB will never accept", async () => {
  const { channels } = stage(() => cancelled("ValidationError", "None", "None"));
  await expect(channels.commit(change)).rejects.toMatchObject({ name: "TransactionCanceledException" });
});

it("refuses a change that does not fit one transaction before it sends it", async () => {
  const { channels, calls } = stage(() => ({}));
  const items = Array.from({ length: 99 }, () => change.items[0]!);
  await expect(channels.commit({ ...change, items })).rejects.toThrow(RangeError);
  expect(calls).toEqual([]);
});

function row(request: FeedbackRequest) {
  const { pk, sk } = requestKey(request.id);
  const stored = { pk: { S: pk }, sk: { S: sk }, request: { S: JSON.stringify(request) } };
  return { Responses: { callboard: [stored] } };
}

it("moves a request although other transactions were at it", async () => {
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
  const { channels, subscriptions } = stage(({ operation, body }, nth) => {
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
          : {
              body: {
                Responses: {
                  callboard: [
                    { pk: { S: channelKey("watch:video/v_1").pk }, sk: { S: "META" }, head: { N: "7" } },
                  ],
                },
              },
            };
    }
  });
  expect((await channels.read("watch:video/v_1", [])).meta?.head).toBe(7);
  await subscriptions.removeAll("c1");
});

it("gives up a batch that a busy table never does", async () => {
  const { channels, clock } = stage(({ body }) => ({
    body: { Responses: {}, UnprocessedKeys: JSON.parse(body).RequestItems },
  }));
  await expect(channels.read("watch:video/v_1", ["a"])).rejects.toThrow("left 2 rows");
  expect(clock.waits).toEqual([25, 50, 100, 200, 400, 800, 1600]);
});

it("counts the later sight of a key that changes between two pages", async () => {
  const item = (key: string, offset: number) => ({
    key: { S: key },
    value: { S: `"at ${offset}"` },
    offset: { N: String(offset) },
    version: { S: String(offset) },
    at: { N: "1" },
  });
  const { channels } = stage((_call, nth) => ({
    body:
      nth === 0
        ? { Items: [item("a", 1), item("b", 2)], LastEvaluatedKey: { pk: { S: "p" }, sk: { S: "s" } } }
        : { Items: [item("c", 3), item("a", 4)] },
  }));
  expect((await channels.since("watch:video/v_1", 0)).map(({ key, value }) => [key, value])).toEqual([
    ["b", "at 2"],
    ["c", "at 3"],
    ["a", "at 4"],
  ]);
});
