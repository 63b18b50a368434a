import { beforeAll, expect, it } from "vitest";
import { installPlatform } from "../../scripts/synth/platform.ts";
import { synthesize } from "../../scripts/synth/synthesize.ts";
import { get, ofType, one } from "./stage.ts";

/** A stage that was deployed before a subject was one row, deployed again with a setting for its table. */
const again = (oldTable?: "keep" | "delete", tables = "callboard-ana-TableTable-bdfhkmnr") =>
  synthesize({
    stage: "ana",
    functions: "none",
    environment: {
      SYNTH_TABLES: tables,
      CALLBOARD_PAGES: "false",
      CALLBOARD_POST_PROCESSING: "false",
      ...(oldTable ? { CALLBOARD_OLD_TABLE: oldTable } : {}),
    },
  });

beforeAll(() => installPlatform(console.log), 300_000);

const tablesOf = (stage: Awaited<ReturnType<typeof again>>) =>
  ofType(stage, "aws:dynamodb/table:Table").map(({ name }) => name);

it("changes nothing of a stage with a table of the former layout until CALLBOARD_OLD_TABLE is set", async () => {
  await expect(again()).rejects.toThrow("stage ana has a table of the former layout");
  await expect(again()).rejects.toThrow("npx callboard ops requests");
}, 120_000);

it("keeps the former table unchanged next to the new one, or no longer declares it", async () => {
  const kept = await again("keep");
  expect(tablesOf(kept)).toEqual(["RowsTable", "TableTable"]);
  const former = one(kept, "aws:dynamodb/table:Table", "TableTable");
  expect(get(former.inputs, "localSecondaryIndexes", 0, "name")).toBe("byOffset");
  expect(get<object[]>(former.inputs, "globalSecondaryIndexes")).toHaveLength(3);
  expect(tablesOf(await again("delete"))).toEqual(["RowsTable"]);
}, 120_000);

it("makes one table for a fresh stage and for one that has the new table, with its layout row", async () => {
  for (const tables of ["", "callboard-ana-RowsTable-bdfhkmnr"]) {
    const stage = await again(undefined, tables);
    expect(tablesOf(stage)).toEqual(["RowsTable"]);
    const row = one(stage, "aws:dynamodb/tableItem:TableItem");
    expect(JSON.parse(String(row.inputs.item))).toEqual({
      pk: { S: "LAYOUT" },
      sk: { S: "META" },
      layout: { N: "2" },
    });
    expect(row.retainOnDelete).toBe(true);
  }
}, 120_000);
