import { expect, it } from "vitest";
import { eventsTasks } from "./put-events.ts";
import { callTask, origin } from "./testing/call.ts";

it("sends details as text, and says which machine and execution they come from", async () => {
  const sent: unknown[] = [];
  const put = eventsTasks(async ({ Entries }) => {
    sent.push(...Entries);
    return { FailedEntryCount: 0, Entries: [{ EventId: "e1" }, { EventId: "e2" }] };
  });
  const result = await callTask(put, "events:putEvents", {
    Entries: [
      { Source: "s", DetailType: "t", EventBusName: "orders", Detail: { a: 1 }, Resources: ["video/v_1"] },
      { Source: "s", DetailType: "t", Detail: '{"b":2}' },
    ],
  });
  const { stateMachineArn, executionArn } = origin;
  expect(sent).toEqual([
    {
      Source: "s",
      DetailType: "t",
      EventBusName: "orders",
      Detail: '{"a":1}',
      Resources: ["video/v_1", stateMachineArn, executionArn],
    },
    { Source: "s", DetailType: "t", Detail: '{"b":2}', Resources: [stateMachineArn, executionArn] },
  ]);
  expect(result).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: "e1" }, { EventId: "e2" }] });
});

it("fails the state when one entry failed", async () => {
  const answer = { Entries: [{ EventId: "e" }, { ErrorCode: "InternalFailure" }], FailedEntryCount: 1 };
  await expect(
    callTask(
      eventsTasks(async () => answer),
      "events:putEvents",
      { Entries: [{ Detail: {} }, { Detail: {} }] },
    ),
  ).rejects.toMatchObject({ error: "EventBridge.FailedEntry", detail: JSON.stringify(answer) });
});

it("refuses arguments without entries", async () => {
  const put = eventsTasks(async () => ({}));
  for (const input of [{}, { Entries: [] }, { Entries: ["x"] }, []]) {
    await expect(callTask(put, "events:putEvents", input)).rejects.toMatchObject({ error: "States.Runtime" });
  }
});
