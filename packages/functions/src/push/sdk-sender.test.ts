import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { expect, it } from "vitest";
import { type RecordedAnswer, recordedService } from "../testing/recorded-service.ts";
import { sdkSender } from "./sdk-sender.ts";

function stage(answer: (nth: number) => RecordedAnswer) {
  const service = recordedService((_call, nth) => answer(nth));
  const warnings: object[] = [];
  const sender = sdkSender({
    client: new ApiGatewayManagementApiClient(service.config),
    log: { warn: (message, fields) => warnings.push({ message, ...fields }) },
  });
  return { sender, warnings, calls: service.calls };
}

it("posts a text that was prepared once to several connections", async () => {
  const { sender, calls } = stage(() => ({}));
  const post = sender.prepare('{"type":"delta","é":1}');
  expect(await post("L0SM9cOFvHcCIhw=")).toBe("sent");
  expect(await post("c2")).toBe("sent");
  expect(calls).toMatchObject([
    { path: "/@connections/L0SM9cOFvHcCIhw%3D", body: '{"type":"delta","é":1}' },
    { path: "/@connections/c2", body: '{"type":"delta","é":1}' },
  ]);
});

it.each([
  ["GoneException", 410, "gone"],
  ["LimitExceededException", 429, "throttled"],
  ["PayloadTooLargeException", 413, "too_large"],
  ["ForbiddenException", 403, "failed"],
  ["InternalServerError", 500, "failed"],
])("tries once and returns the outcome of %s", async (error, status, outcome) => {
  const { sender, calls, warnings } = stage(() => ({ error, status }));
  expect(await sender.prepare("x")("c1")).toBe(outcome);
  expect(calls).toHaveLength(1);
  expect(warnings).toHaveLength(outcome === "failed" ? 1 : 0);
});

it("does not throw when the API is not reached, and never logs the text", async () => {
  const { sender, warnings } = stage(() => {
    throw Object.assign(new Error("connect ECONNREFUSED: secret words"), { code: "ECONNREFUSED" });
  });
  expect(await sender.prepare("secret words")("c1")).toBe("failed");
  expect(warnings).toEqual([{ message: "a post failed", error: "ECONNREFUSED" }]);
});
