import { expect, it } from "vitest";
import { keptLog } from "../testing/spies.ts";
import { correlated, correlationOf } from "./log-fields.ts";

const execution = "arn:aws:states:eu-central-1:123456789012:execution:post-processing:e-1";

it("names the event, its execution and its request", () => {
  const event = {
    id: "7bf73129-1428",
    resources: ["arn:aws:states:::x", execution],
    detail: { requestId: "req_1a" },
  };
  expect(correlationOf(event)).toEqual({ event: "7bf73129-1428", execution, request: "req_1a" });
  expect(correlationOf({ id: "e1", detail: { executionArn: execution } })).toEqual({
    event: "e1",
    execution,
  });
});

it("names the connection of a message, and the request that it is about", () => {
  const body = JSON.stringify({ type: "reply", requestId: "req_9z", comment: "secret words" });
  expect(correlationOf({ requestContext: { connectionId: "Ab1_-c=" }, body })).toEqual({
    connection: "Ab1_-c=",
    request: "req_9z",
  });
});

it("names the request of a path", () => {
  expect(correlationOf({ rawPath: "/requests/req_9z/replies", requestContext: {} })).toEqual({
    request: "req_9z",
  });
});

it.each([undefined, null, 7, "text", [], { detail: null }, { requestContext: null }])(
  "finds nothing in %j",
  (event) => {
    expect(correlationOf(event)).toEqual({});
  },
);

it("leaves out values that do not look like identifiers", () => {
  const words = "what people said: x";
  const event = { id: words, resources: [words], detail: { requestId: words, execution: words } };
  expect(correlationOf({ ...event, requestContext: { connectionId: words } })).toEqual({});
});

it("adds the invocation's identifiers to the log before a handler runs", async () => {
  const seen: unknown[] = [];
  const log = { ...keptLog().log, about: (keys: object) => void seen.push(keys) };
  const handler = correlated(log, async (event: { requestContext: { connectionId: string } }) => {
    seen.push("runs");
    return event.requestContext.connectionId;
  });
  const answer = await handler({ requestContext: { connectionId: "c1=" } }, { awsRequestId: "7bf73129" });
  expect(answer).toBe("c1=");
  expect(seen).toEqual([{ connection: "c1=", invocation: "7bf73129" }, "runs"]);
});

it("leaves a log without keys unchanged", async () => {
  const { log } = keptLog();
  expect(await correlated(log, async (event: number) => event + 1)(1)).toBe(2);
});
