import { DUE_PARTITIONS, type FeedbackRequest, noteOn } from "@callboard/core";
import { openRequest, storedAsking } from "@callboard/core/testing/request-store.contract.ts";
import { days, hours } from "@callboard/protocol";
import { expect, it } from "vitest";
import { TTL } from "./definition.ts";
import { duePartitionOf, executionIndex, tokenKey } from "./keys.ts";
import { type Lifetimes, lifetimes } from "./lifetimes.ts";
import {
  assigneeRows,
  formerRow,
  ledgerRow,
  requestOf,
  requestRow,
  threadRow,
  tokenRow,
} from "./request-rows.ts";

const request = openRequest();
const kept = lifetimes({});
const withoutTimeout = ({ timeoutAt: _, deadline: __, ...rest }: FeedbackRequest): FeedbackRequest => rest;
const seconds = (ms: number) => Math.ceil(ms / 1000);

it("gives back the request that it was made of", () => {
  expect(requestOf(requestRow(request, kept))).toEqual(request);
});

const rowsOf = (one: FeedbackRequest, retention: Lifetimes) => {
  const { ledger, thread } = storedAsking(request);
  return [
    requestRow(one, retention),
    ledgerRow(one, ledger, retention),
    threadRow(thread.after!, one, retention),
    formerRow(one, "user/ana", retention)!,
    ...assigneeRows(one, retention),
  ];
};

it("keeps all of an open request, however long it is open", () => {
  for (const row of rowsOf(request, kept)) expect(row).not.toHaveProperty(TTL);
});

it("keeps an answer that is on its way", () => {
  const by = { id: "ana", name: "Ana" };
  const reply = { replyId: "r1", verb: "pick", round: 1, by, at: request.askedAt } as const;
  const answered = { ...request, status: { state: "answered", reply, relayAt: 0, attempts: 0 } as const };
  for (const row of rowsOf(answered, kept)) expect(row).not.toHaveProperty(TTL);
});

it.each([
  [{}, 90],
  [{ retentionDays: 1 }, 1],
  [{ retentionDays: 3650 }, 3650],
])("lets all of a closed request expire together: with %o after %d days", (setting, count) => {
  const at = request.askedAt + hours(1);
  const closed = { ...request, changedAt: at, status: { state: "expired", at } as const };
  for (const row of rowsOf(closed, lifetimes(setting))) expect(row[TTL]).toBe(seconds(at + days(count)));
});

it("does not keep a request longer because a person was erased from it", () => {
  const at = request.askedAt + hours(1);
  const closed = { ...request, changedAt: at + days(50), status: { state: "expired", at } as const };
  expect(requestRow(closed, kept)[TTL]).toBe(seconds(at + days(90)));
});

it("keeps a task token for a day after the wait, or for as long as a wait can last", () => {
  expect(tokenRow(storedAsking(request), kept)[TTL]).toBe(seconds(request.timeoutAt! + days(1)));
  expect(tokenRow(storedAsking(withoutTimeout(request)), kept)[TTL]).toBe(
    seconds(request.askedAt + days(366)),
  );
});

it("says in each row of the ledger which execution it belongs to, and finds it by who acted, or by the execution", () => {
  const entry = { ...storedAsking(request).ledger, by: { id: "ana", name: "Ana" }, at: 7 };
  const { execution, subject, thread } = request;
  expect(ledgerRow(request, entry, kept)).toMatchObject({ execution, subject, thread });
  expect(ledgerRow(request, entry, kept)).toMatchObject({
    principal: executionIndex(execution),
    askedAt: request.askedAt,
  });
  const origin = { way: "socket", device: "c1" } as const;
  const acted = ledgerRow(request, { ...entry, what: "answered", origin }, kept);
  expect(acted).toMatchObject({ principal: "by:user/ana", askedAt: 7 });
});

it("keeps rows of people who were asked: none of a role or of an erased person", () => {
  expect(formerRow(request, "user/ana", kept)).toMatchObject({ principal: "was:user/ana" });
  expect(formerRow(request, "role/editors", kept)).toBeUndefined();
  expect(formerRow(request, "user/erased-1", kept)).toBeUndefined();
});

it("has a task token in no row but its own", () => {
  const asking = storedAsking(request);
  const rows = [
    requestRow(request, kept),
    ledgerRow(request, asking.ledger, kept),
    threadRow(asking.thread.after!, request, kept),
  ];
  expect(JSON.stringify(rows)).not.toContain(asking.taskToken);
  expect(tokenRow(asking, kept)).toMatchObject({ ...tokenKey(request.id), token: asking.taskToken });
});

it("orders the rows of a ledger as numbers are", () => {
  const keys = [2, 10, 100].map((n) => ledgerRow(request, { ...storedAsking(request).ledger, n }, kept).sk);
  expect([...keys].sort()).toEqual(keys);
});

it("spreads requests over all partitions of the index due", () => {
  const ids = Array.from({ length: 800 }, (_, i) => `req_${String(i).padStart(32, "k")}` as const);
  const counts = ids.reduce(
    (sums, id) => sums.with(duePartitionOf(id), sums[duePartitionOf(id)]! + 1),
    Array.from({ length: DUE_PARTITIONS }, () => 0),
  );
  for (const count of counts) expect(count).toBeGreaterThan(50);
});

it("never takes back that a version was announced", () => {
  const told = noteOn(request, { announced: 3 });
  expect(noteOn(told, { announced: 2 }).announced).toBe(3);
});
