import type { OutEvent } from "@callboard/protocol";
import { expect, it } from "vitest";
import { noRetries, recordedService } from "../testing/recorded-service.ts";
import { stillClock } from "../testing/still-clock.ts";
import type { EventBridge } from "./clients.ts";
import { eventBridgeBus } from "./eventbridge-bus.ts";
import { jsonService } from "./json/service.ts";

interface Entry {
  DetailType: string;
  Detail: string;
}

/** A bus on which `refuse` says the code for an entry, given how often it was put before. */
function stage(refuse: (entry: Entry, before: number) => string | undefined = () => undefined) {
  const puts: Entry[][] = [];
  const seen = new Map<string, number>();
  const service = recordedService(({ body }) => {
    const { Entries } = JSON.parse(body) as { Entries: Entry[] };
    puts.push(Entries);
    const answers = Entries.map((entry) => {
      const before = seen.get(entry.Detail) ?? 0;
      seen.set(entry.Detail, before + 1);
      const code = refuse(entry, before);
      return code === undefined ? { EventId: "e" } : { ErrorCode: code, ErrorMessage: "refused" };
    });
    return {
      body: { Entries: answers, FailedEntryCount: answers.filter((answer) => "ErrorCode" in answer).length },
    };
  });
  const clock = stillClock();
  const events: EventBridge = jsonService({ transport: service.transport, retries: noRetries });
  return { bus: eventBridgeBus({ events, busName: "callboard", clock }), puts, clock };
}

const due = (n: number): OutEvent => ({
  type: "Request Due",
  requestId: `req_${String(n).padStart(12, "0")}`,
});

it("puts an event with its type beside its detail", async () => {
  const { bus, puts } = stage();
  await bus.put([{ type: "Request Changed", requestId: "req_000000000001", version: 3 }]);
  expect(puts).toEqual([
    [
      {
        EventBusName: "callboard",
        Source: "callboard",
        DetailType: "Request Changed",
        Detail: '{"requestId":"req_000000000001","version":3}',
      },
    ],
  ]);
});

it("puts nothing when there is nothing to put", async () => {
  const { bus, puts } = stage();
  await bus.put([]);
  expect(puts).toEqual([]);
});

it("puts ten events a call", async () => {
  const { bus, puts } = stage();
  await bus.put(Array.from({ length: 25 }, (_, n) => due(n)));
  expect(puts.map((entries) => entries.length)).toEqual([10, 10, 5]);
});

it("puts again only what was not accepted", async () => {
  const { bus, puts, clock } = stage(({ Detail }, before) =>
    Detail.includes("000000000001") && before < 2 ? "ThrottlingException" : undefined,
  );
  await bus.put([due(0), due(1), due(2)]);
  expect(puts.map((entries) => entries.length)).toEqual([3, 1, 1]);
  expect(clock.waits).toEqual([50, 100]);
});

it("throws when an event is not accepted after five tries", async () => {
  const { bus, puts } = stage(() => "InternalFailure");
  await expect(bus.put([due(0)])).rejects.toMatchObject({ name: "BusRefused", codes: ["InternalFailure"] });
  expect(puts).toHaveLength(5);
});
