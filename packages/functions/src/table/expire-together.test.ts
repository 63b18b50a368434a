import type { FeedbackRequest, LedgerEntry } from "@callboard/core";
import { openRequest, storedAsking } from "@callboard/core/testing/request-store.contract.ts";
import { days } from "@callboard/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { systemClock } from "../aws/machine.ts";
import { type Engine, startEngine } from "../testing/dynamodb.ts";
import { TTL } from "./definition.ts";
import { attentionKey, rowPrefix, threadKey } from "./keys.ts";
import { tableStores } from "./table-stores.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

async function stage(retentionDays: number) {
  const name = await engine.createTable();
  const stores = tableStores({ name, dynamodb: engine.dynamodb, clock: systemClock, retentionDays });
  const ends = async () => {
    const rows = (await engine.rows(name)).filter(({ pk }) => !String(pk).startsWith(rowPrefix.taskToken));
    return Object.fromEntries(rows.map((row) => [row.sk as string, row[TTL] as number | undefined]));
  };
  return { ...stores, ends };
}

const by = { id: "ana", name: "Ana" };

it("lets no row of a request expire before the request, and all of them with it once it is closed", async () => {
  const { requests, attention, ends } = await stage(7);
  const request = openRequest();
  await requests.ask(storedAsking(request));
  const at = request.askedAt + 1000;
  await attention.put({
    requestId: request.id,
    user: by,
    state: "shown",
    at,
    until: at + 90_000,
    firstAt: at,
  });
  const entry = (n: number, what: LedgerEntry["what"]): LedgerEntry => ({ n, at, what, round: 1, by });
  const extended = { ...request, version: 2 };
  await requests.move({ from: 1, request: extended, ledger: entry(2, "extended") });
  await requests.note(extended, { announced: 2 });
  const { [attentionKey(request.id, by.id).sk]: attended, ...whileOpen } = await ends();
  expect(new Set(Object.values(whileOpen))).toEqual(new Set([undefined]));
  expect(attended).toBeGreaterThan((request.timeoutAt! + days(7)) / 1000);

  // It closes a month after its wait was over: the clock did not run.
  const late = request.timeoutAt! + days(30);
  const closed: FeedbackRequest = { ...extended, version: 3, status: { state: "expired", at: late } };
  await requests.move({ from: 2, request: closed, ledger: entry(3, "expired") });
  await requests.note(closed, { announced: 3 });
  const end = (late + days(7)) / 1000;
  const rows = await ends();
  expect(new Set(Object.values(rows))).toEqual(new Set([end]));
  expect(Object.keys(rows).length).toBe(7);

  await requests.note(closed, { announced: 3 });
  expect(await ends()).toEqual(rows);
});

it("leaves the thread of a newer question unchanged", async () => {
  const { requests, ends } = await stage(7);
  const older = openRequest();
  await requests.ask(storedAsking(older));
  const newer = openRequest({ execution: older.execution, order: [0, 2, 0] });
  const before = await requests.readThread(older);
  const status = { state: "superseded", at: older.askedAt, by: newer.id } as const;
  const superseded: FeedbackRequest = { ...older, version: 2, status };
  await requests.ask({ ...storedAsking(newer, before), supersedes: { from: 1, request: superseded } });
  await requests.note(superseded, { announced: 2 });
  expect((await ends())[threadKey(older).sk]).toBeUndefined();
});
