import { expect, it } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { createLambda } from "../lambda/lambda.ts";
import { memoryStore } from "../store/index.ts";
import { standInName, standInTasks } from "./stand-ins.ts";
import { callTask, patternsOf } from "./testing/call.ts";

function standIns() {
  const lambda = createLambda({ clock: virtualClock(), store: memoryStore(), log: () => {} });
  lambda.register("ivs-createChannel", async ({ Name }: { Name: string }) => ({ Channel: { Name } }));
  lambda.register("ivs-getStream", async () => {
    throw Object.assign(new Error("The channel is not live."), {
      name: "Ivs.ChannelNotBroadcastingException",
    });
  });
  lambda.register("glue-startJobRun", async () => ({ JobRunState: "SUCCEEDED" }));
  return standInTasks(lambda);
}

it("calls the function that is named as the service and its action, with every pattern", async () => {
  const integrations = standIns();
  const channel = await callTask(integrations, "aws-sdk:ivs:createChannel", { Name: "ana" });
  expect(channel).toEqual({ Channel: { Name: "ana" } });
  expect(await callTask(integrations, "glue:startJobRun.sync", {})).toEqual({ JobRunState: "SUCCEEDED" });
  expect(patternsOf(integrations, "glue:startJobRun")).toHaveLength(4);
  expect(patternsOf(integrations, "glue:stopJobRun")).toEqual([]);
});

it("fails the state with the error that the function throws, by its name", async () => {
  await expect(callTask(standIns(), "aws-sdk:ivs:getStream", {})).rejects.toMatchObject({
    name: "TaskFailure",
    error: "Ivs.ChannelNotBroadcastingException",
    detail: "The channel is not live.",
  });
});

it.each([
  ["arn:aws:states:::aws-sdk:ivs:createChannel", "ivs-createChannel"],
  ["arn:aws:states:::apigateway:invoke", "apigateway-invoke"],
  ["arn:aws:states:us-east-1:123456789012:activity:pack", "activity-pack"],
  ["arn:aws:states:::lambda:invoke", undefined],
  ["arn:aws:lambda:us-east-1:123456789012:function:orders", undefined],
])("names the function that could replace %s", (resource, name) => {
  expect(standInName(resource)).toBe(name);
});
