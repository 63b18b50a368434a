import { expect, it } from "vitest";
import { tester } from "../../testing/one-state.ts";

const map = (more: object) => ({
  Type: "Map",
  QueryLanguage: "JSONata",
  ItemProcessor: {
    ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
    StartAt: "Work",
    States: { Work: { Type: "Pass", End: true } },
  },
  End: true,
  ...more,
});

/** The inputs that a Map is shown to make from its items. */
async function shown(state: object, { data, input = [] }: { data?: string; input?: unknown }) {
  const { send } = tester();
  const answer = await send(map(state), {
    input,
    mock: { result: [] },
    inspectionLevel: "DEBUG",
    ...(data !== undefined && { stateConfiguration: { mapItemReaderData: data } }),
  });
  return answer.status === "SUCCEEDED" ? answer.inspectionData : answer.error;
}

const reader = (ReaderConfig: object = {}) => ({
  ItemReader: { Resource: "arn:aws:states:::s3:getObject", ReaderConfig, Arguments: {} },
  ItemSelector: { item: "{% $states.context.Map.Item.Value %}" },
});
const items = (...values: unknown[]) => ({ afterItemSelector: values.map((item) => ({ item })) });

it.each([
  ["JSON", {}, '[1,{"a":2}]', [1, { a: 2 }]],
  ["JSON beyond a pointer", { InputType: "JSON", ItemsPointer: "/a~1b/0/~0c" }, '{"a/b":[{"~c":[1]}]}', [1]],
  ["lines of JSON", { InputType: "JSONL" }, '{"a":1}\n\n{"a":2}\r\n', [{ a: 1 }, { a: 2 }]],
  [
    "CSV with names in its first row",
    { InputType: "CSV", CSVHeaderLocation: "FIRST_ROW" },
    'id,title\r\n1,"a ""b"", c\nd"\n2\n',
    [
      { id: "1", title: 'a "b", c\nd' },
      { id: "2", title: "" },
    ],
  ],
  [
    "CSV with given names",
    { InputType: "CSV", CSVHeaderLocation: "GIVEN", CSVHeaders: ["id", "n"], CSVDelimiter: "SEMICOLON" },
    "a;1",
    [{ id: "a", n: "1" }],
  ],
  ["the first of its items", { MaxItems: 2 }, "[1,2,3]", [1, 2]],
  ["as many items as an expression says", { MaxItems: "{% $states.input.most %}" }, "[1,2,3]", [1]],
])("reads %s", async (_, config, data, expected) => {
  expect(await shown(reader(config), { data, input: { most: 1 } })).toMatchObject(items(...expected));
});

it("shows the list at a pointer", async () => {
  const state = reader({ ItemsPointer: "/orders" });
  expect(await shown(state, { input: { orders: [1] } })).toMatchObject({
    afterItemsPointer: [1],
    ...items(1),
  });
});

it("does not invent items if no read data are given", async () => {
  const input = { Bucket: "b", Key: "k" };
  expect(await shown(reader(), { input })).toEqual({ input, maxConcurrency: 0 });
});

it("fails a Map whose reader gave no list", async () => {
  expect(await shown(reader(), { data: '{"a":1}' })).toBe("States.ItemReaderFailed");
});

it.each([
  ["JSON", {}, "{"],
  ["JSONL", { InputType: "JSONL" }, "{}\n{"],
  ["CSV", { InputType: "CSV", CSVHeaderLocation: "GIVEN" }, "a,b"],
])("refuses data unless they are %s", async (type, config, data) => {
  await expect(shown(reader(config), { data })).rejects.toMatchObject({
    code: "ValidationException",
    message: `MapItemReaderData is not ${type}`,
  });
});

it("refuses data of a kind that it cannot read", async () => {
  await expect(shown(reader({ InputType: "PARQUET" }), { data: "x" })).rejects.toMatchObject({
    message: "MapItemReaderData of the InputType 'PARQUET' cannot be read here",
  });
});

it("combines items as ItemBatcher says, in either language", async () => {
  const ItemBatcher = {
    MaxItemsPerBatch: "{% $states.input.most %}",
    BatchInput: { run: "{% $states.input.run %}" },
  };
  const input = { most: 2, run: "r", of: [1, 2, 3] };
  expect(await shown({ Items: "{% $states.input.of %}", ItemBatcher }, { input })).toMatchObject({
    afterItemBatcher: [
      { BatchInput: { run: "r" }, Items: [1, 2] },
      { BatchInput: { run: "r" }, Items: [3] },
    ],
  });
  const jsonPath = {
    QueryLanguage: "JSONPath",
    ItemsPath: "$.of",
    ItemSelector: { "n.$": "$$.Map.Item.Value" },
    ItemBatcher: { MaxItemsPerBatchPath: "$.most", BatchInput: { "run.$": "$.run" } },
  };
  expect(await shown(jsonPath, { input })).toMatchObject({
    afterItemsPath: [1, 2, 3],
    afterItemSelector: [{ n: 1 }, { n: 2 }, { n: 3 }],
    afterItemBatcher: [
      { BatchInput: { run: "r" }, Items: [{ n: 1 }, { n: 2 }] },
      { BatchInput: { run: "r" }, Items: [{ n: 3 }] },
    ],
  });
});

it("bounds batches by their bytes", async () => {
  const ItemBatcher = { MaxInputBytesPerBatch: 25 };
  expect(await shown({ ItemBatcher }, { input: ["aaaa", "bbbb", "c"] })).toMatchObject({
    afterItemBatcher: [{ Items: ["aaaa"] }, { Items: ["bbbb", "c"] }],
  });
});

it("fails on a limit that is not a number", async () => {
  const ItemBatcher = { MaxInputBytesPerBatch: {} };
  expect(await shown({ ItemBatcher }, { input: ["a"] })).toBe("States.Runtime");
});

it("evaluates every item, and does not show more data than a state may have", async () => {
  const ItemSelector = { text: "{% $states.input.text %}", n: "{% $states.context.Map.Item.Value %}" };
  const state = { Items: "{% [1..30] %}", ItemSelector };
  const input = { text: "x".repeat(10_000) };
  expect(Object.keys((await shown(state, { input })) as object)).toEqual(["input", "maxConcurrency"]);
  const broken = {
    ...state,
    ItemSelector: { ...ItemSelector, bad: "{% $states.context.Map.Item.Value < 30 ? 1 %}" },
  };
  expect(await shown(broken, { input })).toBe("States.QueryEvaluationError");
});

const tolerant = { Items: "{% [1..10] %}" };
it.each([
  ["as many failures as it tolerates", { ToleratedFailureCount: 3 }, 3, "SUCCEEDED"],
  ["one failure more", { ToleratedFailureCount: 3 }, 4, "FAILED"],
  ["a share of failures that it tolerates", { ToleratedFailurePercentage: 25 }, 2, "SUCCEEDED"],
  ["a larger share", { ToleratedFailurePercentage: 25 }, 3, "FAILED"],
  ["what an expression tolerates", { ToleratedFailureCount: "{% 1 %}" }, 1, "SUCCEEDED"],
  ["failures without a limit", {}, 10, "SUCCEEDED"],
  [
    "batches that have failed",
    { ItemBatcher: { MaxItemsPerBatch: 5 }, ToleratedFailureCount: 1 },
    2,
    "FAILED",
  ],
])("takes %s", async (_, more, mapIterationFailureCount, status) => {
  const { send } = tester();
  const answer = await send(map({ ...tolerant, ...more }), {
    mock: { result: [1] },
    stateConfiguration: { mapIterationFailureCount },
  });
  expect(answer.status).toBe(status);
  if (status === "FAILED") expect(answer.error).toBe("States.ExceedToleratedFailureThreshold");
});

it("refuses more failures than there are batches", async () => {
  const { send } = tester();
  const state = map({ ...tolerant, ItemBatcher: { MaxItemsPerBatch: 5 } });
  await expect(
    send(state, { mock: { result: [1] }, stateConfiguration: { mapIterationFailureCount: 3 } }),
  ).rejects.toMatchObject({ code: "ValidationException" });
});
