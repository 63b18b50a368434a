import { expect, it } from "vitest";
import { busEvent } from "../testing/bus-event.ts";
import { keptLog, spy } from "../testing/spies.ts";
import { type RelayParts, relayHandler } from "./relay.ts";

function stage() {
  const relay = { deliver: spy(undefined), due: spy(undefined) };
  const { log, metrics } = keptLog();
  return { relay, metrics, handler: relayHandler({ app: { relay } as unknown as RelayParts["app"], log }) };
}

it("delivers an accepted reply", async () => {
  const { handler, relay } = stage();
  await handler(busEvent("callboard", "Reply Accepted", { requestId: "req_000000000001", replyId: "r1" }));
  expect(relay.deliver.calls).toEqual([["req_000000000001"]]);
  expect(relay.due.calls).toEqual([]);
});

it("does the due work of a request", async () => {
  const { handler, relay } = stage();
  await handler(busEvent("callboard", "Request Due", { requestId: "req_000000000001" }));
  expect(relay.due.calls).toEqual([["req_000000000001"]]);
});

it("accepts events only from Callboard", async () => {
  const { handler, relay, metrics } = stage();
  await handler(busEvent("someone.else", "Reply Accepted", { requestId: "req_000000000001", replyId: "r1" }));
  expect(relay.deliver.calls).toEqual([]);
  expect(metrics).toMatchObject([{ name: "unknown_events" }]);
});

it("throws for a bad event", async () => {
  const { handler } = stage();
  await expect(handler(busEvent("callboard", "Request Due", {}))).rejects.toMatchObject({
    name: "BadEvent",
    message: expect.stringContaining("requestId: "),
  });
});

it("accepts nothing that another account puts in Callboard's name", async () => {
  const { relay } = stage();
  const { log } = keptLog();
  const app = { relay } as unknown as RelayParts["app"];
  const handler = relayHandler({ app, log, account: "123456789012" });
  const event = busEvent("callboard", "Request Due", { requestId: "req_000000000001" });
  await expect(handler({ ...event, account: "210987654321" })).rejects.toThrow(/account: only account/);
  expect(relay.due.calls).toEqual([]);
  await handler(event);
  expect(relay.due.calls).toHaveLength(1);
});
