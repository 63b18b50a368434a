import { TaskFailure } from "@callboard/aws-local";
import { isSubject } from "@callboard/protocol";
import { afterEach, describe, expect, it } from "vitest";
import { lifecycleStage } from "./testing/life-cycle.ts";

type Stage = Awaited<ReturnType<typeof lifecycleStage>>;
let open: Stage | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});
async function stageWith(...plugins: Parameters<typeof lifecycleStage>[0] & object): Promise<Stage> {
  open = await lifecycleStage(plugins);
  return open;
}

const outage = () => {
  throw new TaskFailure("EventBridge.InternalException", "out of order");
};

describe("a plugin's time", () => {
  it("ends with its timeout, which only skips an optional plugin", async () => {
    const stage = await stageWith({ name: "silent", required: false, timeoutSeconds: 30 }, { name: "next" });
    await stage.begin();
    expect(await stage.turn("silent")).toMatchObject({ timeoutSeconds: 30, heartbeatSeconds: 29 });
    await stage.answer(await stage.turn("next"), { valid: true });
    expect((await stage.end()).detail.status).toBe("SUCCEEDED");
    expect(stage.step("silent")).toMatchObject({
      state: "failed",
      message: "The plugin did not answer in time",
    });
    expect(stage.statuses()).toEqual(["valid"]);
  });

  it("ends when Callboard sends no heartbeat in time", async () => {
    const stage = await stageWith({ name: "slow", timeoutSeconds: 7200, heartbeatSeconds: 180 });
    await stage.begin();
    const { taskToken, heartbeatSeconds } = await stage.turn("slow");
    expect(heartbeatSeconds).toBe(180);
    await stage.clock.advance(150_000);
    await stage.operations.SendTaskHeartbeat({ taskToken });
    await stage.clock.advance(150_000);
    expect(stage.statuses()).toEqual([]);
    await stage.clock.advance(60_000);
    await stage.end();
    expect(stage.statuses()).toEqual(["invalid"]);
  });

  it("starts again when the plugin could not be asked, and replaces the former turn", async () => {
    const stage = await stageWith({ name: "one" });
    let failures = 0;
    stage.break(({ stateName }) => {
      if (stateName === "AskPlugin" && ++failures < 3) outage();
    });
    await stage.begin();
    const turn = await stage.turn("one");
    expect(turn.order).toEqual([0, 1, 2]);
    await stage.answer(turn, { valid: true });
    await stage.end();
    expect(stage.statuses()).toEqual(["valid"]);
  });

  it("skips the plugin when the bus never accepts its turn", async () => {
    const stage = await stageWith({ name: "one", required: false });
    stage.break(({ stateName }) => {
      if (stateName === "AskPlugin") outage();
    });
    await stage.begin();
    await stage.end();
    expect(stage.step("one")).toMatchObject({ state: "failed", message: "The plugin could not be asked" });
    expect(stage.statuses()).toEqual(["valid"]);
  });
});

describe("a plugin's answer", () => {
  it.each([
    ["a validating hook says that the video is not valid", "postValidate", { valid: false }, "invalid"],
    ["another hook gives such an answer", "preMetadata", { valid: false }, "valid"],
    ["a verdict is not a boolean", "preValidate", { valid: "false" }, "invalid"],
    ["a verdict is a text of JSON", "preValidate", '{"valid":true}', "invalid"],
    ["a verdict is missing", "preValidate", {}, "invalid"],
    ["it is null where a verdict is wanted", "preValidate", null, "invalid"],
    ["it is a list", "postValidate", [{ valid: false }], "valid"],
    ["a required plugin says that it failed", "postMetadata", { failed: true }, "invalid"],
  ] as const)("has the expected effect if %s", async (_, hook, message, status) => {
    const stage = await stageWith({ name: "one", hook });
    await stage.begin();
    await stage.answer(await stage.turn("one"), message);
    expect((await stage.end()).detail.status).toBe("SUCCEEDED");
    expect(stage.statuses()).toEqual([status]);
  });

  it.each([0, false, "", null, [], {}])("is passed on unchanged: %j", async (message) => {
    const stage = await stageWith(
      { name: "one", hook: "preMetadata" },
      { name: "two", hook: "postMetadata" },
    );
    await stage.begin();
    await stage.answer(await stage.turn("one"), message);
    const handedOn = { preMetadata: [{ OutputKey: "plugin-one", OutputValue: message }] };
    expect((await stage.turn("two")).detail.pluginData).toEqual(handedOn);
  });

  it("shows the reason of a failed one to the owners, cut", async () => {
    const stage = await stageWith({ name: "one", required: false });
    await stage.begin();
    await stage.answer(await stage.turn("one"), { failed: true, reason: "x".repeat(500) });
    await stage.end();
    expect(stage.step("one")?.message).toBe("x".repeat(200));
    expect(stage.completes()[0]?.plugins).toEqual({});
  });
});

describe("the end of a life cycle", () => {
  it("is reported when it was stopped, once, however often the end is delivered", async () => {
    const stage = await stageWith({ name: "one" });
    const executionArn = await stage.begin();
    await stage.turn("one");
    await stage.operations.StopExecution({ executionArn });
    const end = await stage.end();
    await Promise.all([stage.settle(end), stage.settle(end)]);
    await stage.end(3);
    expect(stage.statuses()).toEqual(["failed"]);
    expect(stage.completes()).toMatchObject([{ pluginLifecycleWorkflowExecutionId: executionArn }]);
  });

  it("is reported when it timed out", async () => {
    const month = 31 * 24 * 3600;
    const names = ["one", "two"].map((name) => ({
      name,
      required: false,
      timeoutSeconds: month,
      heartbeatSeconds: month - 1,
    }));
    const stage = await stageWith(...names);
    await stage.begin();
    const end = await stage.end(1, 12 * 3600_000);
    expect(end.detail.status).toBe("TIMED_OUT");
    await stage.settle(end);
    await stage.end(2);
    expect(stage.statuses()).toEqual(["failed"]);
  });

  it("is the earlier decision when it was stopped before it had reported that", async () => {
    const stage = await stageWith({ name: "one" });
    let blocked = true;
    stage.break(({ stateName }) => {
      if (stateName === "TellEnd" && blocked) outage();
    });
    const executionArn = await stage.begin();
    await stage.answer(await stage.turn("one"), { valid: true, seconds: 7 });
    await stage.clock.advance(2000);
    await stage.operations.StopExecution({ executionArn });
    blocked = false;
    await stage.settle(await stage.end());
    await stage.end(2);
    expect(stage.statuses()).toEqual(["valid"]);
    expect(stage.completes()[0]?.plugins.preValidate[0].OutputValue).toEqual({ valid: true, seconds: 7 });
  });

  it("is reported again for a redriven run", async () => {
    const stage = await stageWith({ name: "one" });
    stage.break(({ stateName }) => {
      if (stateName === "ReadRegistry") throw new TaskFailure("DynamoDb.DynamoDbException", "no access");
    });
    const executionArn = await stage.begin();
    const end = await stage.end(1, 5000);
    expect(end.detail.status).toBe("FAILED");
    await stage.settle(end);
    await stage.end(2);
    expect(stage.statuses()).toEqual(["failed"]);
    stage.break(() => {});
    await stage.operations.RedriveExecution({ executionArn });
    const turn = await stage.turn("one");
    expect(turn.order).toEqual([1, 1, 0]);
    await stage.answer(turn, { valid: true });
    expect((await stage.end(3)).detail.status).toBe("SUCCEEDED");
    expect(stage.statuses()).toEqual(["failed", "valid"]);
  });

  it("is not reported for an execution that only reports another one's end", async () => {
    const stage = await stageWith({ name: "one" });
    const executionArn = await stage.begin();
    await stage.turn("one");
    await stage.operations.StopExecution({ executionArn });
    stage.break(({ stateName }) => {
      if (stateName === "Decide") throw new TaskFailure("DynamoDB.AmazonDynamoDBException", "no access");
    });
    await stage.settle(await stage.end());
    const failed = await stage.end(2, 30_000);
    expect(failed.detail.status).toBe("FAILED");
    stage.break(() => {});
    await stage.settle(failed);
    expect((await stage.end(3)).detail.status).toBe("SUCCEEDED");
    expect(stage.statuses()).toEqual([]);
  });
});

it.each(["a b", "", "ana/", "x".repeat(195)])(
  "fails a video at once whose id is not valid in subjects or answers: %j",
  async (id) => {
    const stage = await stageWith({ name: "one" });
    await stage.begin(id);
    expect((await stage.end()).detail.status).toBe("SUCCEEDED");
    expect(stage.statuses()).toEqual(["failed"]);
    expect(stage.events.filter(({ type }) => type === "Plugin Requested")).toEqual([]);
    expect(isSubject(`video/${id}`)).toBe(false);
  },
);

it.each(["st-1AbC", "2026/05/ana@example", "x".repeat(194), "a.b|c+d=e:f_g"])(
  "asks about a video with any id that a subject may have: %s",
  async (id) => {
    const stage = await stageWith({ name: "one" });
    await stage.begin(id);
    expect((await stage.turn("one")).subject).toBe(`video/${id}`);
    expect(isSubject(`video/${id}`)).toBe(true);
  },
);

it("puts no more than an event may contain, whatever a recording reports", async () => {
  const stage = await stageWith({ name: "one" });
  const detail = { id: "v1", author: { username: "ana" }, thumbnail: "x".repeat(100_000), other: "y" };
  const input = JSON.stringify({ source: "serverlessVideo.videoManager", detail });
  const { stateMachineArn } = await stage.operations.DescribeExecution({ executionArn: await stage.begin() });
  await stage.operations.StartExecution({ stateMachineArn, input });
  const turn = await stage.turn("one", 2);
  expect(turn.detail.video).toEqual({ id: "v1", author: { username: "ana" }, thumbnail: "x".repeat(1000) });
});
