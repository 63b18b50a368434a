import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { expect, it } from "vitest";
import { type RecordedAnswer, recordedService } from "../testing/recorded-service.ts";
import { stillClock } from "../testing/still-clock.ts";
import { apiGatewaySender } from "./api-gateway-sender.ts";

function stage(answer: (nth: number) => RecordedAnswer) {
  const service = recordedService((_call, nth) => answer(nth));
  const clock = stillClock();
  const warnings: object[] = [];
  const sender = apiGatewaySender({
    client: new ApiGatewayManagementApiClient(service.config),
    clock,
    log: { warn: (message, fields) => warnings.push({ message, ...fields }) },
    random: () => 1,
  });
  return { sender, clock, warnings, calls: service.calls };
}

const throttled = { error: "LimitExceededException", status: 429 };

it("posts a text to a connection", async () => {
  const { sender, calls } = stage(() => ({}));
  expect(await sender.post("L0SM9cOFvHcCIhw=", '{"type":"delta","é":1}')).toBe("sent");
  expect(calls).toMatchObject([{ path: "/@connections/L0SM9cOFvHcCIhw%3D", body: '{"type":"delta","é":1}' }]);
});

it.each([
  ["GoneException", 410, "gone"],
  ["PayloadTooLargeException", 413, "too_large"],
  ["ForbiddenException", 403, "failed"],
  ["InternalServerError", 500, "failed"],
])("answers %s once", async (error, status, outcome) => {
  const { sender, calls, warnings } = stage(() => ({ error, status }));
  expect(await sender.post("c1", "x")).toBe(outcome);
  expect(calls).toHaveLength(1);
  expect(warnings).toHaveLength(outcome === "failed" ? 1 : 0);
});

it("tries again while the connection is throttled", async () => {
  const { sender, clock } = stage((nth) => (nth < 3 ? throttled : {}));
  expect(await sender.post("c1", "x")).toBe("sent");
  expect(clock.waits).toEqual([50, 100, 200]);
});

it("gives up a throttled connection within its time", async () => {
  const { sender, clock } = stage(() => throttled);
  const start = clock.now();
  expect(await sender.post("c1", "x")).toBe("throttled");
  expect(clock.now() - start).toBeLessThanOrEqual(2000);
  expect(clock.waits.length).toBeGreaterThan(3);
});

it("does not throw when the API is not reached, and never logs what was said", async () => {
  const { sender, warnings } = stage(() => {
    throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  });
  expect(await sender.post("c1", "secret words")).toBe("failed");
  expect(JSON.stringify(warnings)).not.toContain("secret");
});
