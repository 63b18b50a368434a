import { expect, it } from "vitest";
import { consoleLog } from "./console-log.ts";

function stage() {
  const lines: string[] = [];
  const log = consoleLog({
    name: "ingest",
    now: () => Date.UTC(2026, 0, 1),
    write: (line) => lines.push(line),
  });
  return { log, read: () => lines.map((line) => JSON.parse(line)) };
}

it("writes one line of JSON a message", () => {
  const { log, read } = stage();
  log.info("started");
  log.warn("a line\nbreak", { requestId: "req_1", level: "mine" });
  expect(read()).toEqual([
    { level: "info", message: "started", function: "ingest", at: "2026-01-01T00:00:00.000Z" },
    {
      level: "warn",
      message: "a line\nbreak",
      requestId: "req_1",
      function: "ingest",
      at: "2026-01-01T00:00:00.000Z",
    },
  ]);
});

it("writes a metric so that CloudWatch counts it", () => {
  const { log, read } = stage();
  log.metric("relay_ms", 12, { state: "relayed" });
  expect(read()).toEqual([
    {
      _aws: {
        Timestamp: Date.UTC(2026, 0, 1),
        CloudWatchMetrics: [
          { Namespace: "Callboard", Dimensions: [["function"]], Metrics: [{ Name: "relay_ms" }] },
        ],
      },
      function: "ingest",
      relay_ms: 12,
      state: "relayed",
    },
  ]);
});
