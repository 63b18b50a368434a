import { expect, it } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { forkedStore, killedCopies } from "../testing/killed-copies.ts";
import { only, stage, task } from "../testing/states-stage.ts";
import { type Integration, TaskFailure } from "./integration.ts";

const distributed = { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" };
const pass = { ...only({ Type: "Pass", End: true }), ProcessorConfig: distributed };
const map = (more: object) => only({ Type: "Map", ItemProcessor: pass, End: true, ...more });
const at = (name: string) => `arn:aws:states:::test:${name}`;

/** A bucket whose objects are named by the test, listed two at a time. */
function bucket(bodies: Record<string, string> = {}) {
  const names = Object.keys(bodies);
  const put: Record<string, unknown> = {};
  const listObjectsV2: Integration = async ({ arguments: given }) => {
    const { Prefix = "", ContinuationToken: token = "0" } = given as Record<string, string>;
    const from = Number(token);
    const found = names.filter((name) => name.startsWith(Prefix));
    return {
      Contents: found.slice(from, from + 2).map((Key) => ({
        Key,
        ETag: `"${Key}"`,
        LastModified: "1970-01-01T00:00:07.500Z",
        Size: bodies[Key]!.length,
        StorageClass: "STANDARD",
      })),
      ...(from + 2 < found.length ? { NextContinuationToken: String(from + 2) } : {}),
    };
  };
  const getObject: Integration = async ({ arguments: given }) => {
    const body = bodies[(given as { Key: string }).Key];
    if (body === undefined)
      throw new TaskFailure("S3.NoSuchKeyException", "The specified key does not exist.");
    return { Body: body };
  };
  const putObject: Integration = async ({ arguments: given }) => {
    const { Bucket, Key, Body } = given as { Bucket: string; Key: string; Body: string };
    put[`${Bucket}/${Key}`] = Key.endsWith("l") ? Body : JSON.parse(Body);
    return { ETag: '"1"' };
  };
  return { services: { listObjectsV2, getObject, putObject }, put };
}

it("iterates over the objects under a prefix on all pages, each as Step Functions shows it", async () => {
  const { services } = bucket({ "in/a": "1", "in/b": "22", "in/c": "333", other: "" });
  const { start, ended } = stage(services);
  const reader = { Resource: at("listObjectsV2"), Parameters: { Bucket: "media", "Prefix.$": "$.prefix" } };
  const all = await ended(await start(map({ ItemReader: reader }), { prefix: "in/" }));
  expect(all.output).toEqual(
    ["a", "b", "c"].map((name, nth) => ({
      Etag: `"in/${name}"`,
      Key: `in/${name}`,
      LastModified: 7,
      Size: nth + 1,
      StorageClass: "STANDARD",
    })),
  );
  const two = map({
    ItemReader: { ...reader, ReaderConfig: { MaxItems: 2 } },
    ItemSelector: { "key.$": "$$.Map.Item.Value.Key", "from.$": "$.prefix" },
  });
  expect((await ended(await start(two, { prefix: "in/" }))).output).toEqual([
    { key: "in/a", from: "in/" },
    { key: "in/b", from: "in/" },
  ]);
});

it.each([
  ["JSON", "[1,2]", {}, [1, 2]],
  ["JSON", '{"a":{"b":[3]}}', { ItemsPointer: "/a/b" }, [3]],
  ["JSON", '{"x":1}', {}, [{ Key: "x", Value: 1 }]],
  ["JSONL", '{"n":1}\n\n{"n":2}\n', {}, [{ n: 1 }, { n: 2 }]],
  [
    "CSV",
    '\uFEFFname,words\r\n"Ana","a ""b"", c\nd"\r\nBo\r\n',
    { CSVHeaderLocation: "FIRST_ROW" },
    [
      { name: "Ana", words: 'a "b", c\nd' },
      { name: "Bo", words: "" },
    ],
  ],
  [
    "CSV",
    "1|2\n3|4",
    { CSVHeaderLocation: "GIVEN", CSVHeaders: ["a", "b"], CSVDelimiter: "PIPE" },
    [
      { a: "1", b: "2" },
      { a: "3", b: "4" },
    ],
  ],
])("iterates over what an object of %s holds", async (InputType, body, config, items) => {
  const { start, ended } = stage(bucket({ data: body }).services);
  const reader = {
    Resource: at("getObject"),
    Parameters: { Bucket: "b", Key: "data" },
    ReaderConfig: { InputType, ...config },
  };
  expect((await ended(await start(map({ ItemReader: reader })))).output).toEqual(items);
});

it("makes batches of items, by number and by size, with the shared input", async () => {
  const { start, ended } = stage();
  const batched = map({
    ItemsPath: "$.items",
    ItemSelector: { "n.$": "$$.Map.Item.Value" },
    ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { "for.$": "$.name" } },
  });
  expect((await ended(await start(batched, { items: [1, 2, 3], name: "x" }))).output).toEqual([
    { BatchInput: { for: "x" }, Items: [{ n: 1 }, { n: 2 }] },
    { BatchInput: { for: "x" }, Items: [{ n: 3 }] },
  ]);
  const small = map({ ItemBatcher: { MaxInputBytesPerBatch: 30 } });
  const { output } = await ended(await start(small, ["aaaaa", "bbbbb", "ccccc"]));
  expect(output).toEqual([{ Items: ["aaaaa", "bbbbb"] }, { Items: ["ccccc"] }]);
});

it("does the same in JSONata", async () => {
  const { start, ended } = stage(bucket({ "p/a": "[1,2,3]" }).services);
  const machine = {
    QueryLanguage: "JSONata",
    ...map({
      ItemReader: {
        Resource: at("getObject"),
        Arguments: { Bucket: "b", Key: "{% $states.input.key %}" },
        ReaderConfig: { InputType: "JSON", MaxItems: "{% $states.input.most %}" },
      },
      ItemBatcher: { MaxItemsPerBatch: "{% 1 %}", BatchInput: { k: "{% $states.input.key %}" } },
    }),
  };
  expect((await ended(await start(machine, { key: "p/a", most: 2 }))).output).toEqual([
    { BatchInput: { k: "p/a" }, Items: [1] },
    { BatchInput: { k: "p/a" }, Items: [2] },
  ]);
});

it("writes results with a manifest, failed ones separately, and returns where", async () => {
  const { services, put } = bucket();
  const odd: Integration = async ({ arguments: n }) => {
    if (Number(n) % 2) return { n };
    throw new TaskFailure("Even", String(n));
  };
  const { start, ended } = stage({ ...services, odd });
  const writer = { Resource: at("putObject"), Parameters: { Bucket: "out", "Prefix.$": "$.to" } };
  const machine = (more: object) =>
    map({
      ItemsPath: "$.items",
      ItemProcessor: { ...only(task("odd")), ProcessorConfig: distributed },
      ToleratedFailurePercentage: 50,
      ResultWriter: { ...writer, ...more },
    });
  const { output } = await ended(await start(machine({}), { items: [1, 2], to: "runs" }));
  const { ResultWriterDetails: details, MapRunArn } = output as {
    ResultWriterDetails: { Bucket: string; Key: string };
    MapRunArn: string;
  };
  expect(details).toEqual({
    Bucket: "out",
    Key: expect.stringMatching(/^runs\/[0-9a-f-]{36}\/manifest\.json$/),
  });
  const file = (name: string) => put[`out/${details.Key.replace("manifest.json", name)}`];
  expect(file("manifest.json")).toMatchObject({
    DestinationBucket: "out",
    MapRunArn,
    ResultFiles: { PENDING: [], SUCCEEDED: [{ Key: expect.stringContaining("SUCCEEDED_0.json") }] },
  });
  expect(file("SUCCEEDED_0.json")).toMatchObject([{ Status: "SUCCEEDED", Output: '{"n":1}', Input: "1" }]);
  expect(file("FAILED_0.json")).toMatchObject([{ Status: "FAILED", Error: "Even", Cause: "2" }]);

  const flat = machine({ WriterConfig: { Transformation: "FLATTEN", OutputType: "JSONL" } });
  const lines = (await ended(await start(flat, { items: [1, 3], to: "l" }))).output as typeof output;
  const { Key } = (lines as { ResultWriterDetails: { Key: string } }).ResultWriterDetails;
  expect(put[`out/${Key.replace("manifest.json", "SUCCEEDED_0.jsonl")}`]).toBe('{"n":1}\n{"n":3}');
});

it("fails when more items fail than it tolerates, and by default with the first", async () => {
  const { start, ended } = stage({ fail: async () => Promise.reject(new TaskFailure("Boom", "no")) });
  const items = map({ ItemProcessor: { ...only(task("fail")), ProcessorConfig: distributed } });
  expect(await ended(await start(items, [1]))).toMatchObject({
    status: "FAILED",
    error: "States.ExceedToleratedFailureThreshold",
  });
});

it("fails with its reader or its writer under errors that can be caught", async () => {
  const { services } = bucket({ text: "no json" });
  const denied: Integration = async () => Promise.reject(new TaskFailure("S3.AccessDeniedException", "no"));
  const { start, ended } = stage({ ...services, putObject: denied });
  const caught = (more: object, error: string) => ({
    StartAt: "Only",
    States: {
      Only: {
        Type: "Map",
        ItemProcessor: pass,
        ...more,
        Next: "Done",
        Catch: [{ ErrorEquals: [error], Next: "Caught" }],
      },
      Done: { Type: "Succeed" },
      Caught: { Type: "Pass", Parameters: { "caught.$": "$.Cause" }, End: true },
    },
  });
  const reading = (Key: string) => ({
    ItemReader: { Resource: at("getObject"), Parameters: { Bucket: "b", Key } },
  });
  for (const [more, error, cause] of [
    [reading("absent"), "States.ItemReaderFailed", "S3.NoSuchKeyException"],
    [reading("text"), "States.ItemReaderFailed", "not JSON"],
    [
      { ResultWriter: { Resource: at("putObject"), Parameters: { Bucket: "b" } } },
      "States.ResultWriterFailed",
      "S3.AccessDeniedException",
    ],
  ] as const) {
    const { output } = await ended(await start(caught(more, error), []));
    expect(output).toEqual({ caught: expect.stringContaining(cause) });
  }
});

it("ends the execution if its reader or source is not available here", async () => {
  const { start, ended } = stage(bucket({ data: "x" }).services);
  const reader = (resource: string, InputType: string) => ({
    ItemReader: {
      Resource: at(resource),
      Parameters: { Bucket: "b", Key: "data" },
      ReaderConfig: { InputType },
    },
    Catch: [{ ErrorEquals: ["States.ALL"], Next: "Only" }],
  });
  for (const [resource, type] of [
    ["nowhere", "JSON"],
    ["getObject", "PARQUET"],
  ] as const) {
    expect(await ended(await start(map(reader(resource, type))))).toMatchObject({
      status: "FAILED",
      error: "Local.NotServed",
      cause: expect.stringContaining(`'Only' calls ${at(resource)}`),
    });
  }
});

it("is refused if it reads, batches or writes without being distributed", async () => {
  const { operations } = stage();
  for (const field of ["ItemReader", "ItemBatcher", "ResultWriter"]) {
    const inline = map({ ItemProcessor: only({ Type: "Pass", End: true }), [field]: {} });
    await expect(
      operations.CreateStateMachine({ name: field, roleArn: "r", definition: JSON.stringify(inline) }),
    ).rejects.toMatchObject({ code: "InvalidDefinition", message: expect.stringContaining("distributed") });
  }
});

it("has the same result whenever its process is killed, and writes to the same place", async () => {
  const { services: s3, put } = bucket({ "in/a": "1", "in/b": "2" });
  const work: Integration = async ({ arguments: given }) => given;
  const services = { ...s3, work };
  const machine = map({
    ItemProcessor: { ...only(task("work")), ProcessorConfig: distributed },
    MaxConcurrency: 1,
    ItemReader: { Resource: at("listObjectsV2"), Parameters: { Bucket: "b", Prefix: "in/" } },
    ItemBatcher: { MaxItemsPerBatch: 1 },
    ResultWriter: { Resource: at("putObject"), Parameters: { Bucket: "out" } },
  });
  const { store, forks } = forkedStore();
  const first = stage(services, { store });
  const execution = await first.start(machine);
  const end = await first.ended(execution);
  expect(end.status).toBe("SUCCEEDED");
  const copies = killedCopies(forks);
  for (const copy of copies) {
    const next = stage(services, { store: copy.store, clock: virtualClock(copy.now) });
    await next.states.resume();
    expect(await next.ended(execution)).toEqual(end);
  }
  expect(copies.length).toBeGreaterThan(3);
  expect(Object.keys(put)).toHaveLength(2);
});
