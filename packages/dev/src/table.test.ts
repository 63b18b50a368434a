import {
  type AttributeValue,
  CreateTableCommand,
  DescribeTimeToLiveCommand,
  PutItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { layoutRow, TTL, tableDefinition } from "@callboard/functions";
import { rowPrefix } from "@callboard/functions/deployment";
import { type Engine, startEngine } from "@callboard/functions/testing/dynamodb.ts";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createTable, forgetExecutions, tableName } from "./table.ts";

let engine: Engine;
beforeEach(async () => {
  engine = await startEngine();
});
afterEach(() => engine.stop());

const create = () => createTable(engine.dynamodb, tableDefinition, layoutRow, TTL);
const put = (Item: Record<string, AttributeValue>) =>
  engine.client.send(new PutItemCommand({ TableName: tableName, Item }));
/** The row with the layout. */
const saying = (layout: number) => ({
  pk: { S: layoutRow.pk },
  sk: { S: layoutRow.sk },
  layout: { N: String(layout) },
});
const rows = async () => (await engine.client.send(new ScanCommand({ TableName: tableName }))).Items;

it("creates a table with its layout, and accepts it afterwards", async () => {
  expect([await create(), await create()]).toEqual(["ready", "ready"]);
  expect(await rows()).toEqual([saying(layoutRow.layout)]);
});

it("turns on expiry, also for a table whose creator ended before that", async () => {
  const expiry = async () =>
    (await engine.client.send(new DescribeTimeToLiveCommand({ TableName: tableName }))).TimeToLiveDescription;
  await engine.client.send(new CreateTableCommand({ TableName: tableName, ...tableDefinition }));
  await put(saying(layoutRow.layout));
  expect(await expiry()).toEqual({ TimeToLiveStatus: "DISABLED" });
  expect(await create()).toBe("ready");
  expect(await expiry()).toEqual({ AttributeName: TTL, TimeToLiveStatus: "ENABLED" });
});

it("does not change a table that another version has filled", async () => {
  await create();
  const other = saying(3);
  await put(other);
  expect(await create()).toBe("other_layout");
  expect(await rows()).toEqual([other]);
});

it("does not change a table that was filled before tables had a layout row", async () => {
  await engine.client.send(new CreateTableCommand({ TableName: tableName, ...tableDefinition }));
  const old = { pk: { S: "CHAN#watch:video/v_1" }, sk: { S: "META" }, head: { N: "1" } };
  await put(old);
  expect(await create()).toBe("other_layout");
  expect(await rows()).toEqual([old]);
});

it("continues with a table whose creator ended before it wrote the layout", async () => {
  await engine.client.send(new CreateTableCommand({ TableName: tableName, ...tableDefinition }));
  expect(await create()).toBe("ready");
  expect(await rows()).toHaveLength(1);
});

it("removes the rows of deleted executions, and nothing else", async () => {
  await create();
  const [gone, kept] = ["arn:aws:states:::execution:m:1", "arn:aws:states:::execution:m:2"];
  for (const execution of [gone, kept]) {
    await put({ pk: { S: `${rowPrefix.execution}${execution}` }, sk: { S: "META" } });
    await put({ pk: { S: `${rowPrefix.execution}${execution}` }, sk: { S: "THREAD#t" } });
  }
  const call = async (target: string, body: string) => {
    const output = await engine.dynamodb.call(target as "DynamoDB_20120810.DeleteItem", JSON.parse(body));
    return { status: 200, body: JSON.stringify(output) };
  };
  await forgetExecutions(call, [gone, "arn:aws:states:::execution:m:3"]);
  const left = (await rows())!.map(({ pk, sk }) => `${pk!.S} ${sk!.S}`).sort();
  expect(left).toEqual([
    `${rowPrefix.execution}${gone} THREAD#t`,
    `${rowPrefix.execution}${kept} META`,
    `${rowPrefix.execution}${kept} THREAD#t`,
    `${layoutRow.pk} ${layoutRow.sk}`,
  ]);
});
