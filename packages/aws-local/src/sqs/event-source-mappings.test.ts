import { expect, it, onTestFinished } from "vitest";
import { defaultPlace } from "../arn.ts";
import { virtualClock } from "../clock/clock.ts";
import { deferred } from "../deferred.ts";
import { createEndpoint } from "../endpoint/endpoint.ts";
import { createLambda } from "../lambda/lambda.ts";
import { memoryStore } from "../store/index.ts";
import { until } from "../testing/states-stage.ts";
import { createEventSourceMappings } from "./event-source-mappings.ts";
import { createSqs } from "./sqs.ts";

async function stage(store = memoryStore(), answer: (event: never) => Promise<unknown> = async () => {}) {
  const clock = virtualClock();
  const lambda = createLambda({ clock, store, log: () => {} });
  const taken: string[] = [];
  lambda.register("work", async (event: { Records: { body: string }[] }) => {
    taken.push(...event.Records.map(({ body }) => body));
    return answer(event as never);
  });
  const sqs = createSqs({ clock, store, standard: { orders: {}, others: {} } });
  const mappings = createEventSourceMappings({ store, clock, place: defaultPlace, sqs, lambda });
  const endpoint = await createEndpoint({ port: 0, services: [lambda, mappings] });
  onTestFinished(async () => {
    await endpoint.close();
    await sqs.close();
    await lambda.close();
  });
  const call = async (method: string, id = "", input?: object) => {
    const url = `${endpoint.url}/2015-03-31/event-source-mappings${id}`;
    const response = await fetch(url, { method, ...(input ? { body: JSON.stringify(input) } : {}) });
    const error = response.headers.get("x-amzn-errortype");
    const answer = (await response.json()) as { UUID?: string };
    return { status: response.status, error, ...answer };
  };
  const operate = (name: string, input: object) =>
    (sqs.operations[name] as (input: object) => Promise<object>)(input);
  const send = (MessageBody: string, queue = "orders") =>
    operate("SendMessage", { QueueUrl: `/${queue}`, MessageBody });
  const tookAll = (count: number) => until(() => (taken.length >= count ? taken : undefined));
  return { store, clock, call, operate, send, taken, tookAll, mappings, sqs };
}

const EventSourceArn = "arn:aws:sqs:us-east-1:000000000000:orders";
const FunctionName = "arn:aws:lambda:us-east-1:000000000000:function:work";

it("gives a queue's messages to a function, after a restart too, until it is deleted", async () => {
  const first = await stage();
  await first.send("early");
  const { status, UUID } = await first.call("POST", "/", { EventSourceArn, FunctionName });
  expect(status).toBe(202);
  await first.send("late");
  expect(await first.tookAll(2)).toEqual(["early", "late"]);
  const second = await stage(first.store.fork());
  second.mappings.resume();
  await second.send("again");
  expect(await second.tookAll(1)).toContain("again");
  expect(await second.call("GET")).toMatchObject({
    EventSourceMappings: [{ UUID, EventSourceArn, BatchSize: 10 }],
  });
  expect(await second.call("DELETE", `/${UUID}`)).toMatchObject({ status: 202, UUID });
  await second.send("alone");
  expect(second.sqs.letters("orders").map(({ body }) => body)).toContain("alone");
  expect(await second.call("GET", `/${UUID}`)).toMatchObject({
    status: 404,
    error: "ResourceNotFoundException",
  });
});

it("continues with a queue that was deleted and created again", async () => {
  const { call, send, tookAll, operate } = await stage();
  await operate("CreateQueue", { QueueName: "own" });
  const own = EventSourceArn.replace("orders", "own");
  const { UUID } = await call("POST", "", { EventSourceArn: own, FunctionName });
  await operate("DeleteQueue", { QueueUrl: "/own" });
  await operate("CreateQueue", { QueueName: "own" });
  await send("again", "own");
  expect(await tookAll(1)).toEqual(["again"]);
  await call("DELETE", `/${UUID}`);
});

it("starts with a queue that is created after a restart, when it was deleted before", async () => {
  const first = await stage();
  await first.operate("CreateQueue", { QueueName: "own" });
  await first.call("POST", "", { EventSourceArn: EventSourceArn.replace("orders", "own"), FunctionName });
  await first.operate("DeleteQueue", { QueueUrl: "/own" });
  const { mappings, operate, send, tookAll } = await stage(first.store.fork());
  mappings.resume();
  await operate("CreateQueue", { QueueName: "own" });
  await send("late", "own");
  expect(await tookAll(1)).toEqual(["late"]);
});

it("answers a deletion while the function still runs, and lets it end", async () => {
  const held = deferred();
  const { call, send, store, sqs } = await stage(memoryStore(), () => held.promise);
  await send("slow");
  const { UUID } = await call("POST", "", { EventSourceArn, FunctionName });
  expect(await call("DELETE", `/${UUID}`)).toMatchObject({ status: 202, State: "Deleting" });
  expect([...store.list({ prefix: ["sqs", "mapping"] })]).toEqual([]);
  held.resolve();
  await until(() => (sqs.letters("orders").length === 0 ? true : undefined));
});

it("returns to the queue only the failed messages, if the function reports them", async () => {
  const names = async ({ Records }: { Records: { messageId: string }[] }) => ({
    batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })),
  });
  for (const [FunctionResponseTypes, left] of [
    [undefined, 0],
    [["ReportBatchItemFailures"], 1],
  ] as const) {
    const { call, send, tookAll, sqs, clock } = await stage(memoryStore(), names);
    await send("bad");
    const made = await call("POST", "", { EventSourceArn, FunctionName, FunctionResponseTypes });
    expect(made).toMatchObject({ FunctionResponseTypes: FunctionResponseTypes ?? [] });
    await tookAll(1);
    await clock.advance(1);
    expect(sqs.letters("orders")).toHaveLength(left);
  }
});

it("lists the mappings of a function or a queue", async () => {
  const { call } = await stage();
  await call("POST", "", { EventSourceArn, FunctionName });
  const listed = async (query: object) => {
    const { EventSourceMappings } = (await call("GET", `/?${new URLSearchParams({ ...query })}`)) as {
      EventSourceMappings?: object[];
    };
    return EventSourceMappings?.length;
  };
  expect(await listed({ EventSourceArn, FunctionName: "work" })).toBe(1);
  expect(await listed({ FunctionName })).toBe(1);
  expect(await listed({ FunctionName: "other" })).toBe(0);
  expect(await listed({ EventSourceArn: `${EventSourceArn}s` })).toBe(0);
});

it.each([
  [
    { EventSourceArn: "arn:aws:kinesis:us-east-1:000000000000:stream/a", FunctionName },
    "InvalidParameterValueException",
  ],
  [{ EventSourceArn: `${EventSourceArn}-not`, FunctionName }, "InvalidParameterValueException"],
  [{ EventSourceArn, FunctionName: "absent" }, "ResourceNotFoundException"],
  [{ EventSourceArn, FunctionName, BatchSize: 11 }, "InvalidParameterValueException"],
  [{ EventSourceArn, FunctionName, FilterCriteria: { Filters: [] } }, "InvalidParameterValueException"],
  [{ EventSourceArn, FunctionName, Enabled: false }, "InvalidParameterValueException"],
  [{ EventSourceArn }, "InvalidParameterValueException"],
  [[], "InvalidRequestContentException"],
  [{ EventSourceArn: EventSourceArn.replace("orders", "others"), FunctionName }, "ResourceConflictException"],
])("refuses %j", async (input, error) => {
  const { call } = await stage();
  await call("POST", "", { EventSourceArn: EventSourceArn.replace("orders", "others"), FunctionName });
  expect((await call("POST", "", input)).error).toBe(error);
});
