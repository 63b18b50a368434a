import { expect, it, onTestFinished, vi } from "vitest";
import { jsonLog } from "./json-log.ts";

/** What a function has written, on either stream, line by line. */
function written(): () => Record<string, unknown>[] {
  let text = "";
  for (const stream of [process.stdout, process.stderr]) {
    const spied = vi.spyOn(stream, "write").mockImplementation((chunk) => {
      text += String(chunk);
      return true;
    });
    onTestFinished(() => spied.mockRestore());
  }
  return () =>
    text
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line));
}

it("writes one line of JSON a message, whatever the message holds", () => {
  const read = written();
  const log = jsonLog("ingest");
  log.info("started");
  log.warn("a line\nbreak", { requestId: "req_1" });
  expect(read()).toMatchObject([
    { level: "INFO", message: "started", service: "ingest", timestamp: expect.any(String) },
    { level: "WARN", message: "a line\nbreak", service: "ingest", requestId: "req_1" },
  ]);
});

it("carries the keys of its invocation, and none of an earlier one", () => {
  const read = written();
  const log = jsonLog("socket");
  log.about({ connection: "c1=", request: "req_1" });
  log.warn("first");
  log.about({ connection: "c2=" });
  log.warn("second");
  const [first, second] = read();
  expect(first).toMatchObject({ message: "first", connection: "c1=", request: "req_1" });
  expect(second).toMatchObject({ message: "second", connection: "c2=" });
  expect(second).not.toHaveProperty("request");
});

it("writes a metric so that CloudWatch counts it", () => {
  const read = written();
  const log = jsonLog("relay");
  log.metric("relay_ms", 12, { state: "relayed" });
  log.metric("gaps", 3);
  expect(read()).toMatchObject([
    {
      _aws: {
        CloudWatchMetrics: [
          {
            Namespace: "Callboard",
            Dimensions: [["service"]],
            Metrics: [{ Name: "relay_ms", Unit: "Milliseconds" }],
          },
        ],
      },
      service: "relay",
      relay_ms: 12,
      state: "relayed",
    },
    { gaps: 3, service: "relay" },
  ]);
});

it("separates the metrics of stages", () => {
  const read = written();
  jsonLog("relay", "callboard-dev").metric("undeliverable", 1);
  expect(read()).toMatchObject([
    {
      _aws: { CloudWatchMetrics: [{ Dimensions: [["stage", "service"]] }] },
      stage: "callboard-dev",
      service: "relay",
      undeliverable: 1,
    },
  ]);
});
