import { describe, expect, it } from "vitest";
import { busStage, entry, numbers } from "../testing/bus-stage.ts";

describe("putting events", () => {
  it("passes a matching event to the target in EventBridge's envelope", async () => {
    const { bus, call, taken, rule } = await busStage();
    await rule();
    const result = await call("PutEvents", {
      Entries: [{ ...entry(1), Resources: ["arn:x"], Time: 1_767_225_600 }],
    });
    await bus.idle();
    expect(result).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: taken[0]!.id }] });
    expect(taken).toEqual([
      {
        version: "0",
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        "detail-type": "Numbered",
        source: "app",
        account: "000000000000",
        time: "2026-01-01T00:00:00Z",
        region: "us-east-1",
        resources: ["arn:x"],
        detail: { n: 1 },
      },
    ]);
  });

  it("fails only invalid entries, with the service's codes", async () => {
    const { bus, call, taken, rule } = await busStage();
    await rule();
    const result = await call("PutEvents", {
      Entries: [
        entry(1),
        { ...entry(2), Source: undefined },
        { ...entry(3), Detail: "[]" },
        { ...entry(4), Source: "aws.states" },
        { ...entry(5), EventBusName: "nowhere" },
      ],
    });
    await bus.idle();
    expect(result).toEqual({
      FailedEntryCount: 3,
      Entries: [
        { EventId: expect.any(String) },
        {
          ErrorCode: "InvalidArgument",
          ErrorMessage: "Parameter Source is not valid. Reason: Source is a required argument.",
        },
        { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." },
        { ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source." },
        { EventId: expect.any(String) },
      ],
    });
    expect(numbers(taken)).toEqual([1]);
  });

  it("reports a bus that does not exist, although the event is accepted", async () => {
    const missing: string[] = [];
    const { call } = await busStage({ onMissingBus: (name) => void missing.push(name) });
    const bus = "arn:aws:events:us-east-1:000000000000:event-bus/nowhere";
    const Entries = [entry(1), { ...entry(2), EventBusName: bus }];
    expect(await call("PutEvents", { Entries })).toMatchObject({ FailedEntryCount: 0 });
    expect(missing).toEqual(["nowhere"]);
    await call("CreateEventBus", { Name: "nowhere" });
    await call("PutEvents", { Entries });
    expect(missing).toHaveLength(1);
  });

  it("keeps deeply nested events, and fails those that a dead letter could not hold", async () => {
    const { bus, call, taken, rule } = await busStage();
    await rule();
    const nested = (levels: number) => `{"n":1,"deep":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`;
    const Entries = [1000, 1001, 100_000].map((levels) => ({ ...entry(1), Detail: nested(levels) }));
    const malformed = { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
    expect(await call("PutEvents", { Entries })).toMatchObject({
      FailedEntryCount: 2,
      Entries: [{ EventId: expect.any(String) }, malformed, malformed],
    });
    await bus.idle();
    expect(taken).toHaveLength(1);
  });

  it("accepts 1 to 10 entries of 1 MB in all", async () => {
    const { call } = await busStage();
    const put = (entries: object[]) => call("PutEvents", { Entries: entries });
    await expect(put([])).rejects.toMatchObject({ code: "ValidationException" });
    await expect(put(Array.from({ length: 11 }, (_, n) => entry(n)))).rejects.toMatchObject({
      code: "ValidationException",
    });
    const large = { ...entry(1), Detail: JSON.stringify({ text: "x".repeat(600_000) }) };
    await expect(put([large])).resolves.toMatchObject({ FailedEntryCount: 0 });
    await expect(put([large, large])).rejects.toMatchObject({ code: "ValidationException" });
  });

  it("allows services of AWS to put events of their own source", async () => {
    const { bus, call, taken } = await busStage();
    await call("PutRule", { Name: "states", EventPattern: '{"source":["aws.states"]}' });
    await call("PutTargets", { Rule: "states", Targets: [{ Id: "t", Arn: "arn:fn" }] });
    await bus.putEvents([{ ...entry(1), Source: "aws.states" }]);
    await bus.idle();
    expect(numbers(taken)).toEqual([1]);
  });

  it("keeps buses apart, and names them by ARN too", async () => {
    const { bus, call, taken, rule } = await busStage();
    const { EventBusArn } = await call("CreateEventBus", { Name: "orders" });
    await rule();
    await call("PutRule", { Name: "all", EventPattern: '{"source":["app"]}', EventBusName: "orders" });
    const shaped = { Id: "t", Arn: "arn:fn", InputPath: "$.detail" };
    await call("PutTargets", { Rule: "all", EventBusName: EventBusArn, Targets: [shaped] });
    await bus.putEvents([{ ...entry(1), EventBusName: EventBusArn as string }]);
    await bus.idle();
    expect(taken).toEqual([{ n: 1 }]);
  });

  it("delivers nothing while the rule is disabled", async () => {
    const { bus, call, taken, rule } = await busStage();
    await rule();
    await call("DisableRule", { Name: "app" });
    await bus.putEvents([entry(1)]);
    await call("EnableRule", { Name: "app" });
    await bus.putEvents([entry(2)]);
    await bus.idle();
    expect(numbers(taken)).toEqual([2]);
  });
});
