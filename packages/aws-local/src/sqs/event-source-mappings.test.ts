import { expect, it, onTestFinished } from "vitest";
import { defaultPlace } from "../arn.ts";
import { virtualClock } from "../clock/clock.ts";
import { createEndpoint } from "../endpoint/endpoint.ts";
import { createLambda } from "../lambda/lambda.ts";
import { memoryStore } from "../store/index.ts";
import { until } from "../testing/states-stage.ts";
import { createEventSourceMappings } from "./event-source-mappings.ts";
import { createSqs } from "./sqs.ts";

async function stage(store = memoryStore()) {
  const clock = virtualClock();
  const lambda = createLambda({ clock, store, log: () => {} });
  const taken: string[] = [];
  lambda.register("work", async ({ Records }: { Records: { body: string }[] }) =>
    taken.push(...Records.map(({ body }) => body)),
  );
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
  const send = (body: string) =>
    (sqs.operations.SendMessage as (input: object) => Promise<object>)({
      QueueUrl: "/orders",
      MessageBody: body,
    });
  const tookAll = (count: number) => until(() => (taken.length >= count ? taken : undefined));
  return { store, call, send, taken, tookAll, mappings, sqs };
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

it.each([
  [
    { EventSourceArn: "arn:aws:kinesis:us-east-1:000000000000:stream/a", FunctionName },
    "InvalidParameterValueException",
  ],
  [{ EventSourceArn: `${EventSourceArn}-not`, FunctionName }, "InvalidParameterValueException"],
  [{ EventSourceArn, FunctionName: "absent" }, "ResourceNotFoundException"],
  [{ EventSourceArn, FunctionName, BatchSize: 11 }, "InvalidParameterValueException"],
  [{ EventSourceArn: EventSourceArn.replace("orders", "others"), FunctionName }, "ResourceConflictException"],
])("refuses %j", async (input, error) => {
  const { call } = await stage();
  await call("POST", "", { EventSourceArn: EventSourceArn.replace("orders", "others"), FunctionName });
  expect((await call("POST", "", input)).error).toBe(error);
});
