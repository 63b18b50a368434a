import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { changeOf } from "@callboard/core/testing/head-changes.ts";
import { workChannel } from "@callboard/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { systemClock } from "../aws/machine.ts";
import { type Engine, startEngine } from "../testing/dynamodb.ts";
import { layoutRow } from "./definition.ts";
import { dynamoHeadStore } from "./dynamo-head-store.ts";
import { layoutKey } from "./keys.ts";
import { checkedHeads, OtherLayoutError } from "./layout.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const name = workChannel("video/v_1");

/** A table that says it has a layout, and heads on it. */
async function laidOut(layout: number | undefined) {
  const table = { name: await engine.createTable(), dynamodb: engine.dynamodb, clock: systemClock };
  const say = (layout: number) =>
    engine.documents.send(new PutCommand({ TableName: table.name, Item: { ...layoutKey, layout } }));
  if (layout !== undefined) await say(layout);
  return { table, say, heads: checkedHeads(table, dynamoHeadStore(table)) };
}

it("reads and writes heads of its own layout", async () => {
  const { heads } = await laidOut(layoutRow.layout);
  expect((await heads.commit(changeOf(await heads.open(name), [["title", 1]]))).outcome).toBe("committed");
  expect((await heads.since(name, 0))?.items).toHaveLength(1);
  await heads.spread(name, 1, 4);
  expect((await heads.read([name])).get(name)?.channels.work?.shards).toBe(4);
});

it.each([
  ["an earlier one, which says none", undefined, "no layout row"],
  ["another", 3, "the layout 3"],
])("touches nothing of a table whose layout is %s, and says what to do", async (_what, layout, words) => {
  const { table, heads, say } = await laidOut(layout);
  const state = await dynamoHeadStore(table).open(name);
  for (const refused of [
    () => heads.read([name]),
    () => heads.since(name, 0),
    () => heads.open(name),
    () => heads.commit(changeOf(state, [["title", 1]])),
    () => heads.spread(name, 1, 4),
  ]) {
    await expect(refused()).rejects.toThrow(OtherLayoutError);
    await expect(refused()).rejects.toThrow(`${words}, and this version of Callboard needs 2`);
  }
  expect((await dynamoHeadStore(table).open(name)).head).toBeUndefined();
  await say(layoutRow.layout);
  expect(await heads.read([name])).toEqual(new Map());
});
