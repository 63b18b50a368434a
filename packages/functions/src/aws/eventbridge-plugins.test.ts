import { expect, it } from "vitest";
import { noRetries, recordedService } from "../testing/recorded-service.ts";
import { stillClock } from "../testing/still-clock.ts";
import type { EventBridge } from "./clients.ts";
import { eventBridgePlugins } from "./eventbridge-plugins.ts";
import { jsonService } from "./json/service.ts";

const call = {
  hook: "preMetadata",
  plugin: "tags",
  handle: "the.handle",
  detail: { video: { id: "v_1" }, pluginData: {}, taskToken: "said by somebody" },
  execution: "arn:aws:states:us-east-1:000000000000:execution:plugin-lifecycle:e1",
} as const;

function stage(refusals: number) {
  let left = refusals;
  const { transport, calls } = recordedService(() => ({
    body: { Entries: [left-- > 0 ? { ErrorCode: "ThrottlingException" } : { EventId: "e" }] },
  }));
  const events: EventBridge = jsonService({ transport, retries: noRetries });
  return { plugins: eventBridgePlugins({ events, clock: stillClock() }), calls };
}

it("asks on the default bus, with the handle in the place of a task token", async () => {
  const { plugins, calls } = stage(0);
  await plugins.call(call);
  const { Entries } = JSON.parse(calls[0]!.body);
  expect(Entries).toEqual([
    {
      EventBusName: "default",
      Source: "serverlessVideo.pluginManager",
      DetailType: "preMetadata.tags",
      Detail: JSON.stringify({ video: { id: "v_1" }, pluginData: {}, taskToken: "the.handle" }),
      Resources: [call.execution],
    },
  ]);
});

it("tries again while the bus refuses it, and finally throws", async () => {
  const patient = stage(2);
  await patient.plugins.call(call);
  expect(patient.calls).toHaveLength(3);
  const hopeless = stage(9);
  await expect(hopeless.plugins.call(call)).rejects.toThrow("the bus refused 1 events");
});
