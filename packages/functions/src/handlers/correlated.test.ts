import { expect, it } from "vitest";
import { keptLog } from "../testing/spies.ts";
import { correlated } from "./correlated.ts";

it("has the log carry what a handler was invoked with before it runs", async () => {
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

it("leaves alone a log that carries nothing", async () => {
  const { log } = keptLog();
  expect(await correlated(log, async (event: number) => event + 1)(1)).toBe(2);
});
