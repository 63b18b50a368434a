import { expect, it } from "vitest";
import {
  accessKey,
  assigneeKey,
  attentionKey,
  audienceKey,
  breakerKey,
  connectionKey,
  connectionOf,
  doorSecretKey,
  dueKey,
  duePartitionKey,
  dueThingOf,
  entryKey,
  entryOf,
  executionKey,
  followedBy,
  headKey,
  headNameOf,
  historyKey,
  type Key,
  layoutKey,
  ledgerKey,
  memberKey,
  noticeRowKey,
  pairKey,
  personKey,
  pluginKey,
  type RowKind,
  reachKey,
  refusalsKey,
  requestIdOf,
  requestKey,
  rowPrefix,
  sortPrefix,
  subscriptionKey,
  sweepKey,
  threadKey,
  tokenKey,
  turnDetailKey,
  turnKey,
  wordKey,
} from "./keys.ts";

const channel = "watch:video/v#1" as const;
const subject = "work:video/v#1" as const;
const inbox = "inbox:user/ana" as const;
const list = "list:video" as const;
const id = "req_000000000001" as const;

/** Every key that there is, by the kind of row whose leading key it has. */
const keys: Readonly<Record<RowKind, readonly Key[]>> = {
  subject: [headKey(subject), entryKey(subject, "title"), accessKey(subject)],
  inbox: [headKey(inbox), entryKey(inbox, "title"), accessKey(inbox)],
  list: [headKey(list), entryKey("list:video/user/ana", "subject/video/v#1"), accessKey(list)],
  subscriptions: [subscriptionKey(channel, 3, "c#1"), subscriptionKey("work:video/v#1", 3, "c#1")],
  connection: [connectionKey("c#1")],
  audience: [audienceKey(channel)],
  request: [
    requestKey(id),
    assigneeKey(id, "user/ana"),
    ledgerKey(id, 1),
    attentionKey(id, "ana"),
    turnDetailKey(id),
  ],
  refusals: [refusalsKey("ana", 7)],
  execution: [executionKey("e1"), threadKey({ execution: "e1", subject: "video/v_1", thread: "title" })],
  pair: [pairKey("0123")],
  person: [personKey("0123"), reachKey("0123")],
  name: [wordKey("ana", "a#na"), wordKey("王", "ana")],
  role: [memberKey("role/editors", "0123")],
  told: [turnKey("0123"), noticeRowKey("0123", id)],
  history: [historyKey("video/v#1" as never, "0001.a")],
  taskToken: [tokenKey(id)],
  secret: [doorSecretKey(1)],
  hook: [pluginKey("preValidate", 10, "duration-limit")],
  lifecycle: [{ pk: `${rowPrefix.lifecycle}arn`, sk: "0" }],
  breaker: [breakerKey("model")],
  layout: [layoutKey],
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
    const begins = made.map(({ sk }) => prefixes.filter((prefix) => sk.startsWith(prefix)).join() || sk);
    expect(new Set(begins).size).toBe(made.length);
  }
});

it.each(["inbox:user/ana", "list:video/user/ana"] as const)(
  "separates the followers of %s from those of a subject of its name, and from sweeps of both",
  (inbox) => {
    const namesakes = [`work:${inbox}`, `watch:${inbox}`] as const;
    const all = [inbox, ...namesakes].flatMap((one) => [subscriptionKey(one, 0, "1"), sweepKey(one, 1)]);
    expect(new Set(all.map(({ pk, sk }) => `${pk} ${sk}`)).size).toBe(all.length);
    expect(subscriptionKey(inbox, 0, "c").pk).not.toBe(subscriptionKey(namesakes[0], 0, "c").pk);
    expect(subscriptionKey(namesakes[0], 0, "c").pk).toBe(subscriptionKey(namesakes[1], 0, "c").pk);
  },
);

it("reads from a key what it was made from", () => {
  for (const followed of [
    channel,
    subject,
    inbox,
    "work:inbox:user/ana",
    list,
    "work:list:video/a",
  ] as const) {
    const subscription = subscriptionKey(followed, 12, "c#1");
    expect([followedBy(subscription), connectionOf(subscription)]).toEqual([followed, "c#1"]);
  }
  for (const head of [subject, inbox, list, "list:video/user/ana"] as const)
    expect(headNameOf(headKey(head).pk)).toBe(head);
  expect(entryOf(entryKey(subject, "K#a"))).toBe("K#a");
  for (const { pk } of keys.request) expect(requestIdOf(pk)).toBe(id);
  for (const due of [{ request: id }, { audience: channel }]) expect(dueThingOf(dueKey(due).pk)).toEqual(due);
});
