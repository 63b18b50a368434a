import { expect, it } from "vitest";
import {
  askedKey,
  assigneeKey,
  attentionKey,
  audienceKey,
  channelKey,
  channelOf,
  connectionKey,
  connectionOf,
  dueKey,
  duePartitionKey,
  dueThingOf,
  executionKey,
  itemKey,
  type Key,
  ledgerKey,
  type RowKind,
  refusalsKey,
  requestIdOf,
  requestKey,
  rowPrefix,
  sortPrefix,
  subscriptionKey,
  threadKey,
  tokenKey,
} from "./keys.ts";

const channel = "watch:video/v#1" as const;
const id = "req_000000000001" as const;

/** Every key that there is, by the kind of row whose leading key it has. */
const keys: Readonly<Record<RowKind, readonly Key[]>> = {
  channel: [channelKey(channel), itemKey(channel, "title")],
  subscriptions: [subscriptionKey(channel, 3, "c#1")],
  connection: [connectionKey("c#1")],
  audience: [audienceKey(channel)],
  request: [requestKey(id), assigneeKey(id, "user/ana"), ledgerKey(id, 1), attentionKey(id, "ana")],
  refusals: [refusalsKey("ana", 7)],
  execution: [executionKey("e1"), threadKey("e1", "title"), askedKey("e1", 5, id)],
  taskToken: [tokenKey(id)],
};

it.each(Object.entries(keys))("begins the leading key of %s with its prefix and no other", (kind, made) => {
  for (const { pk } of made) {
    const begins = Object.entries(rowPrefix).filter(([, prefix]) => pk.startsWith(prefix));
    expect(begins.map(([name]) => name)).toEqual([kind]);
  }
});

it("lets no prefix begin with another, nor with that of an index's partitions", () => {
  const leading = [
    ...Object.values(rowPrefix),
    duePartitionKey("request", 0),
    duePartitionKey("audience", 0),
  ];
  for (const one of leading)
    for (const other of leading)
      if (one !== other) expect([one, one.startsWith(other)]).toEqual([one, false]);
});

it("keeps rows of one partition apart by their sort keys", () => {
  const prefixes = Object.values(sortPrefix);
  for (const made of Object.values(keys)) {
    const begins = made.map(({ sk }) => prefixes.filter((prefix) => sk.startsWith(prefix)).join());
    expect(new Set(begins).size).toBe(made.length);
  }
});

it("reads from a key what it was made of", () => {
  const subscription = subscriptionKey(channel, 12, "c#1");
  expect([channelOf(subscription.pk), connectionOf(subscription)]).toEqual([channel, "c#1"]);
  for (const { pk } of keys.request) expect(requestIdOf(pk)).toBe(id);
  for (const due of [{ request: id }, { audience: channel }]) expect(dueThingOf(dueKey(due).pk)).toEqual(due);
});
