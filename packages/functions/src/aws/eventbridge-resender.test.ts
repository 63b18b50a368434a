import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { expect, it } from "vitest";
import { recordedService } from "../testing/recorded-service.ts";
import { eventBridgeResender } from "./eventbridge-resender.ts";

const event = {
  id: "ev1",
  source: "video.workflow",
  "detail-type": "Progress Reported",
  time: "2026-01-01T10:00:00Z",
  resources: ["arn:aws:states:us-east-1:123456789012:execution:m:e"],
  detail: { subject: "video/v_1" },
};

it("puts an event unchanged, with its original time", async () => {
  const { calls, config } = recordedService(() => ({ body: { Entries: [{ EventId: "e2" }] } }));
  const resender = eventBridgeResender(new EventBridgeClient(config), "notices");
  expect(await resender.resend(event, "callboard")).toEqual({ outcome: "sent" });
  await resender.resend({ ...event, time: "never" }, "default");
  const [first, second] = calls.map(({ body }) => JSON.parse(body).Entries[0]);
  expect(first).toEqual({
    EventBusName: "notices",
    Source: "video.workflow",
    DetailType: "Progress Reported",
    Detail: '{"subject":"video/v_1"}',
    Resources: event.resources,
    Time: Date.UTC(2026, 0, 1, 10) / 1000,
  });
  expect(second).toMatchObject({ EventBusName: "default" });
  expect(second).not.toHaveProperty("Time");
});

it("returns the code with which the bus refused it", async () => {
  const { config } = recordedService(() => ({ body: { Entries: [{ ErrorCode: "ThrottlingException" }] } }));
  const resender = eventBridgeResender(new EventBridgeClient(config), "notices");
  expect(await resender.resend(event, "callboard")).toEqual({
    outcome: "refused",
    code: "ThrottlingException",
  });
});
