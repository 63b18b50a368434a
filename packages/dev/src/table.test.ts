import {
  type AttributeValue,
  CreateTableCommand,
  DescribeTimeToLiveCommand,
  PutItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { layoutRow, TTL, tableDefinition } from "@callboard/functions";
import { type Engine, startEngine } from "@callboard/functions/testing/dynamodb.ts";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createTable, tableName } from "./table.ts";

let engine: Engine;
beforeEach(async () => {
  engine = await startEngine();
});
afterEach(() => engine.stop());

const create = () => createTable(engine.dynamodb, tableDefinition, layoutRow, TTL);
const put = (Item: Record<string, AttributeValue>) =>
  engine.client.send(new PutItemCommand({ TableName: tableName, Item }));
/** The row that says the layout. */
const saying = (layout: number) => ({
  pk: { S: layoutRow.pk },
  sk: { S: layoutRow.sk },
  layout: { N: String(layout) },
});
const rows = async () => (await engine.client.send(new ScanCommand({ TableName: tableName }))).Items;

it("makes a table that says its layout, and is content with it afterwards", async () => {
  expect([await create(), await create()]).toEqual(["ready", "ready"]);
  expect(await rows()).toEqual([saying(layoutRow.layout)]);
});

it("lets the rows expire, also of a table whose maker ended before it said so", async () => {
  const expiry = async () =>
    (await engine.client.send(new DescribeTimeToLiveCommand({ TableName: tableName }))).TimeToLiveDescription;
  await engine.client.send(new CreateTableCommand({ TableName: tableName, ...tableDefinition }));
  await put(saying(layoutRow.layout));
  expect(await expiry()).toEqual({ TimeToLiveStatus: "DISABLED" });
  expect(await create()).toBe("ready");
  expect(await expiry()).toEqual({ AttributeName: TTL, TimeToLiveStatus: "ENABLED" });
});

it("leaves a table alone that another version has filled", async () => {
  await create();
  const other = saying(3);
  await put(other);
  expect(await create()).toBe("other_layout");
  expect(await rows()).toEqual([other]);
});

it("leaves a table alone that was filled before tables said their layout", async () => {
  await engine.client.send(new CreateTableCommand({ TableName: tableName, ...tableDefinition }));
  const old = { pk: { S: "CHAN#watch:video/v_1" }, sk: { S: "META" }, head: { N: "1" } };
  await put(old);
  expect(await create()).toBe("other_layout");
  expect(await rows()).toEqual([old]);
});

it("goes on with a table whose maker ended before it said its layout", async () => {
  await engine.client.send(new CreateTableCommand({ TableName: tableName, ...tableDefinition }));
  expect(await create()).toBe("ready");
  expect(await rows()).toHaveLength(1);
});
