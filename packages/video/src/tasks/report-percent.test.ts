import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { expect, it } from "vitest";
import { reportPercent } from "./report-percent.ts";

const of = { subject: "video/v_1", step: "compute", execution: "arn:run", attempt: 1 };

/** An EventBridge that answers every call with `status`, and the events that were put on it. */
async function busThatAnswers(status: number) {
  const details: unknown[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    details.push(JSON.parse(JSON.parse(body).Entries[0].Detail));
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify({ FailedEntryCount: 0, Entries: [{ EventId: "1" }] }));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const bus = new EventBridgeClient({ endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
  const close = () => {
    bus.destroy();
    server.close();
  };
  return { bus, details, close };
}

it("reports at most every two seconds, and never a lower percentage", async () => {
  const { bus, details, close } = await busThatAnswers(200);
  let now = 0;
  const reports = reportPercent(bus, "callboard", of, () => now);
  for (const [at, percent] of [
    [500, 3],
    [2000, 10],
    [3999, 20],
    [4000, 9],
    [4001, 30],
  ] as const) {
    now = at;
    reports.onPercent(percent);
    await reports.settled();
  }
  close();
  expect(details).toEqual([
    { ...of, state: "running", at: 2000, percent: 10 },
    { ...of, state: "running", at: 4001, percent: 30 },
  ]);
});

it("continues the work when the bus is away", async () => {
  const { bus, details, close } = await busThatAnswers(500);
  let now = 0;
  const reports = reportPercent(bus, "callboard", of, () => now);
  now = 5000;
  reports.onPercent(50);
  await expect(reports.settled()).resolves.toBeUndefined();
  close();
  expect(details).toHaveLength(1);
});
