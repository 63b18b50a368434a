import { days, duePartitions, type FeedbackRequest, hours } from "@callboard/core";
import { openRequest, storedAsking } from "@callboard/core/testing/request-store.contract.ts";
import { expect, it } from "vitest";
import { TTL } from "./definition.ts";
import { duePartitionOf } from "./keys.ts";
import { ledgerRow, noteOn, requestOf, requestRow, threadRow, tokenRow } from "./request-rows.ts";

const request = openRequest();
const withoutTimeout = ({ timeoutAt: _, deadline: __, ...rest }: FeedbackRequest): FeedbackRequest => rest;
const seconds = (ms: number) => Math.ceil(ms / 1000);

it("gives back the request that it was made of", () => {
  expect(requestOf(requestRow(request))).toEqual(request);
});

it("keeps an open request for as long as it is open, and a closed one for 90 days", () => {
  expect(requestRow(request)).not.toHaveProperty(TTL);
  const at = request.askedAt + hours(1);
  const closed = { ...request, changedAt: at, status: { state: "expired", at } as const };
  expect(requestRow(closed)[TTL]).toBe(seconds(at + days(90)));
});

it("keeps a task token for a day after the wait, or for as long as a wait can last", () => {
  expect(tokenRow(storedAsking(request))[TTL]).toBe(seconds(request.timeoutAt! + days(1)));
  expect(tokenRow(storedAsking(withoutTimeout(request)))[TTL]).toBe(seconds(request.askedAt + days(366)));
});

it("keeps the ledger and the thread's head as long as the request at least", () => {
  const { ledger, thread } = storedAsking(request);
  const end = seconds(request.timeoutAt! + days(90));
  expect(ledgerRow(request, ledger)[TTL]).toBe(end);
  expect(threadRow(thread.after!, request)[TTL]).toBe(end);
});

it("has a task token in no row but its own", () => {
  const asking = storedAsking(request);
  const rows = [
    requestRow(request),
    ledgerRow(request, asking.ledger),
    threadRow(asking.thread.after!, request),
  ];
  expect(JSON.stringify(rows)).not.toContain(asking.taskToken);
  expect(tokenRow(asking)).toMatchObject({ pk: `TOKEN#${request.id}`, token: asking.taskToken });
});

it("orders the rows of a ledger as numbers are", () => {
  const keys = [2, 10, 100].map((n) => ledgerRow(request, { ...storedAsking(request).ledger, n }).sk);
  expect([...keys].sort()).toEqual(keys);
});

it("spreads requests over all partitions of what is due", () => {
  const ids = Array.from({ length: 800 }, (_, i) => `req_${String(i).padStart(32, "k")}` as const);
  const counts = ids.reduce(
    (sums, id) => sums.with(duePartitionOf(id), sums[duePartitionOf(id)]! + 1),
    Array.from({ length: duePartitions }, () => 0),
  );
  for (const count of counts) expect(count).toBeGreaterThan(50);
});

it("never takes back that a version was told", () => {
  const told = noteOn(request, { announced: 3 });
  expect(noteOn(told, { announced: 2 }).announced).toBe(3);
});
