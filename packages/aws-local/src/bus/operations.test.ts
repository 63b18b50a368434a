import {
  CreateEventBusCommand,
  DeleteRuleCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  InvalidEventPatternException,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
  TestEventPatternCommand,
} from "@aws-sdk/client-eventbridge";
import { afterEach, beforeEach, expect, it } from "vitest";
import { systemClock } from "../clock/clock.ts";
import { createEndpoint, type Endpoint } from "../endpoint/endpoint.ts";
import { memoryStore } from "../store/index.ts";
import { type Bus, createBus } from "./index.ts";

const taken: object[] = [];
let bus: Bus;
let endpoint: Endpoint;
let client: EventBridgeClient;

beforeEach(async () => {
  taken.length = 0;
  const targetOf = (arn: string) =>
    arn === "arn:fn" ? async (event: object) => void taken.push(event) : undefined;
  bus = await createBus({ clock: systemClock, store: memoryStore(), targetOf });
  endpoint = await createEndpoint({ port: 0, services: [bus] });
  client = new EventBridgeClient({
    endpoint: endpoint.url,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
});
afterEach(async () => {
  client.destroy();
  await endpoint.close();
  await bus.close();
});

const putRule = (name: string) =>
  client.send(new PutRuleCommand({ Name: name, EventBusName: "orders", EventPattern: '{"source":["app"]}' }));

it("serves the AWS SDK from the creation of a bus to the delivery of an event", async () => {
  const { EventBusArn } = await client.send(new CreateEventBusCommand({ Name: "orders" }));
  expect(EventBusArn).toBe("arn:aws:events:us-east-1:000000000000:event-bus/orders");
  const { RuleArn } = await putRule("progress");
  expect(RuleArn).toBe("arn:aws:events:us-east-1:000000000000:rule/orders/progress");
  const transformer = {
    InputPathsMap: { n: "$.detail.n", at: "$.time" },
    InputTemplate: '{"n":<n>,"at":<at>}',
  };
  await client.send(
    new PutTargetsCommand({
      Rule: "progress",
      EventBusName: "orders",
      Targets: [{ Id: "fn", Arn: "arn:fn", InputTransformer: transformer }],
    }),
  );
  const Time = new Date("2026-02-03T04:05:06.700Z");
  const entry = { Source: "app", DetailType: "T", Detail: '{"n":1}', EventBusName: "orders", Time };
  const answer = await client.send(new PutEventsCommand({ Entries: [entry, { ...entry, Detail: "no" }] }));
  await bus.idle();
  expect(answer.FailedEntryCount).toBe(1);
  expect(answer.Entries?.[1]?.ErrorCode).toBe("MalformedDetail");
  expect(taken).toEqual([{ n: 1, at: "2026-02-03T04:05:06Z" }]);
});

it("lists and describes rules and targets, page by page, until they are removed", async () => {
  await client.send(new CreateEventBusCommand({ Name: "orders" }));
  for (const name of ["b", "a", "c"]) await putRule(name);
  const scope = { EventBusName: "orders" };
  const first = await client.send(new ListRulesCommand({ ...scope, Limit: 2 }));
  const rest = await client.send(new ListRulesCommand({ ...scope, NextToken: first.NextToken }));
  expect([first, rest].map((page) => page.Rules?.map(({ Name }) => Name))).toEqual([["a", "b"], ["c"]]);
  expect((await client.send(new ListEventBusesCommand({}))).EventBuses?.map(({ Name }) => Name)).toEqual([
    "default",
    "orders",
  ]);
  const Targets = [{ Id: "t", Arn: "arn:fn", RetryPolicy: { MaximumRetryAttempts: 3 } }];
  await client.send(new PutTargetsCommand({ Rule: "a", ...scope, Targets }));
  const remove = new DeleteRuleCommand({ Name: "a", ...scope });
  await expect(client.send(remove)).rejects.toThrow("Rule can't be deleted since it has targets.");
  expect((await client.send(new ListTargetsByRuleCommand({ Rule: "a", ...scope }))).Targets).toEqual(Targets);
  const removed = await client.send(new RemoveTargetsCommand({ Rule: "a", ...scope, Ids: ["t", "u"] }));
  expect(removed.FailedEntries).toMatchObject([{ TargetId: "u" }]);
  await client.send(remove);
  await expect(client.send(new DescribeRuleCommand({ Name: "a", ...scope }))).rejects.toBeInstanceOf(
    ResourceNotFoundException,
  );
});

it("refuses with the exceptions that the SDK knows", async () => {
  const send = (pattern: string) => client.send(new PutRuleCommand({ Name: "r", EventPattern: pattern }));
  await expect(send('{"source":"app"}')).rejects.toBeInstanceOf(InvalidEventPatternException);
  await expect(send("{")).rejects.toBeInstanceOf(InvalidEventPatternException);
  await expect(putRule("r")).rejects.toBeInstanceOf(ResourceNotFoundException);
  await expect(client.send(new CreateEventBusCommand({ Name: "default" }))).rejects.toBeInstanceOf(
    ResourceAlreadyExistsException,
  );
  await send('{"source":["app"]}');
  const put = (target: object) =>
    client.send(new PutTargetsCommand({ Rule: "r", Targets: [{ Id: "t", Arn: "arn:fn", ...target }] }));
  for (const wrong of [
    { Id: "no spaces" },
    { Input: "{" },
    { InputPath: "detail" },
    { Input: "{}", InputPath: "$" },
    { InputTransformer: { InputTemplate: "<x>", InputPathsMap: { "aws.x": "$" } } },
    { RetryPolicy: { MaximumRetryAttempts: 186 } },
    { RetryPolicy: { MaximumEventAgeInSeconds: 1 } },
  ]) {
    await expect(put(wrong)).rejects.toMatchObject({ name: "ValidationException" });
  }
});

it("tests a pattern against an event", async () => {
  const test = (EventPattern: string) =>
    client.send(new TestEventPatternCommand({ EventPattern, Event: '{"source":"app"}' }));
  expect((await test('{"source":["app"]}')).Result).toBe(true);
  expect((await test('{"source":["other"]}')).Result).toBe(false);
});
