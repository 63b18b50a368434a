import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createSqs, memoryStore, virtualClock } from "@callboard/aws-local";
import type { Wakeup } from "@callboard/core";
import { wakeupsContract } from "@callboard/core/testing/wakeups.contract.ts";
import { readWakeup, sqsOf, sqsWakeups } from "@callboard/functions";
import { afterAll } from "vitest";
import { wakeupsName } from "./queues.ts";
import { credentials, region } from "./sdk.ts";

const ends: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of ends) await end();
});

wakeupsContract("the embedded SQS", async () => {
  const clock = virtualClock(Date.UTC(2026, 0, 1));
  const sqs = createSqs({ clock, store: memoryStore(), standard: { [wakeupsName]: {} } });
  const server = createServer((request, response) => void sqs.handle(request, response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const queue = sqsOf({
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL: endpoint,
  });
  ends.push(async () => {
    server.closeAllConnections();
    server.close();
    await sqs.close();
  });
  let come: Wakeup[] = [];
  sqs.map(wakeupsName, {
    async invoke(event) {
      const { Records } = event as { Records: { body: string }[] };
      come.push(...Records.map(({ body }) => readWakeup(body)!));
      return { payload: null };
    },
  });
  return {
    wakeups: sqsWakeups({ sqs: queue, queueUrl: `${endpoint}/000000000000/${wakeupsName}`, clock }),
    now: clock.now,
    pass: clock.advance,
    async arrived() {
      const arrived = come;
      come = [];
      return arrived;
    },
  };
});
