import type { Caller } from "@callboard/core";
import { createApp } from "@callboard/core";
import { memoryStage } from "@callboard/core/testing";
import type { OutEvent } from "@callboard/protocol";
import { RequestId } from "@callboard/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { jsonSchemaAnswers } from "./aws/json-schema-answers.ts";
import { cryptoIds } from "./aws/machine.ts";
import { ingestHandler } from "./handlers/ingest.ts";
import { relayHandler } from "./handlers/relay.ts";
import { socketHandler } from "./handlers/socket.ts";
import { apiGatewayPush } from "./push/api-gateway-push.ts";
import type { Sender } from "./push/ports.ts";
import { tableStores } from "./table/table-stores.ts";
import { busEvent, executionArn } from "./testing/bus-event.ts";
import { type Engine, startEngine } from "./testing/dynamodb.ts";
import { messageEvent } from "./testing/gateway-events.ts";
import { keptLog } from "./testing/spies.ts";
import { stillClock } from "./testing/still-clock.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const taskToken = "AQCkAAAAKgAAAAMAAAAAAAAAAd+loop==";
const ana: Caller = {
  id: "ana",
  name: "Ana",
  roles: [],
  capabilities: ["watch:*", "work:*"],
  expiresAt: Date.UTC(2100, 0, 1),
};

/**
 * All handlers on one table, with a bus that delivers at once and twice, and a Step Functions that accepts one answer.
 */
async function stage() {
  const posts: { type: string; channel: string; items: { key: string; value: unknown }[] }[] = [];
  const outputs: unknown[] = [];
  const queue: OutEvent[] = [];
  const { log } = keptLog();
  const clock = stillClock();
  const parts = {
    ...memoryStage().ports,
    ...tableStores({ name: await engine.createTable(), dynamodb: engine.dynamodb, clock }),
    clock,
    ids: cryptoIds,
    schemas: jsonSchemaAnswers,
    log,
    bus: { put: async (events: readonly OutEvent[]) => void queue.push(...events) },
  };
  const sender: Sender = {
    prepare: (text) => async () => {
      posts.push(JSON.parse(text));
      return "sent" as const;
    },
  };
  const app = createApp({
    ...parts,
    push: apiGatewayPush({ ...parts, sender }),
    executions: {
      async succeed(token, output) {
        if (token !== taskToken) return "missing";
        if (outputs.length > 0) return "timed_out";
        outputs.push(output);
        return "ok";
      },
      heartbeat: async () => "ok",
      waitOutcome: async () => "delivered",
    },
  });
  const ingest = ingestHandler({ app, log });
  const relay = relayHandler({ app, log });
  const socket = socketHandler({ app, clock, log });
  return {
    posts,
    outputs,
    ingest,
    async pump() {
      for (let event = queue.shift(); event; event = queue.shift()) {
        const { type, ...detail } = event;
        const put = busEvent("callboard", type, detail);
        const handler = type === "Request Changed" ? ingest : relay;
        for (let time = 0; time < 2; time++) await handler(put);
      }
    },
    async say(message: object) {
      const { body } = await socket(messageEvent(ana, { id: "m1", ...message }));
      return JSON.parse(body!);
    },
  };
}

it("carries a question to a browser and the answer back to the execution, over real rows", async () => {
  const { posts, outputs, ingest, pump, say } = await stage();
  const inbox = "inbox:user/ana";
  expect(
    await say({ type: "subscribe", channels: { "work:video/v_1": { sub: 1 }, [inbox]: { sub: 1 } } }),
  ).toMatchObject({ type: "subscribed", channels: { [inbox]: { sub: 1, items: [] } } });

  const question = busEvent(
    "video.post-processing",
    "Feedback Requested",
    {
      subject: "video/v_1",
      thread: "title",
      round: 1,
      taskToken,
      timeoutSeconds: 3600,
      prompt: "Which title?",
      verbs: ["answer", "reject"],
      schema: { type: "object", required: ["title"], properties: { title: { type: "string" } } },
      assignees: ["user/ana"],
    },
    [executionArn],
  );
  await Promise.all([ingest(question), ingest(question)]);
  await pump();
  const asked = posts.flatMap((delta) => delta.items).find((item) => item.key.startsWith("request/"));
  const requestId = RequestId.parse(asked?.key.slice("request/".length));
  expect(posts.some((delta) => delta.channel === inbox)).toBe(true);

  const reply = { type: "reply", requestId, round: 1, verb: "answer" };
  expect(await say({ ...reply, replyId: "r0", value: {} })).toMatchObject({
    status: "refused",
    code: "invalid",
  });
  const receipts = await Promise.all(
    ["r1", "r2", "r3"].map((replyId) => say({ ...reply, replyId, value: { title: replyId } })),
  );
  expect(receipts.map(({ status, code }) => code ?? status).sort()).toEqual([
    "accepted",
    "already_answered",
    "already_answered",
  ]);
  await pump();
  const { replyId } = receipts.find(({ status }) => status === "accepted");
  expect(outputs).toEqual([expect.objectContaining({ requestId, replyId, value: { title: replyId } })]);

  const { channels } = await say({ type: "subscribe", channels: { [inbox]: { sub: 2 } } });
  const values = Object.fromEntries(
    channels[inbox].items.map((item: { key: string; value: unknown }) => [item.key, item.value]),
  );
  expect(values[`receipt/${replyId}`]).toMatchObject({ status: "relayed" });
  expect(values[`request/${requestId}`] ?? null).toBeNull();
  expect(JSON.stringify([posts, receipts, channels])).not.toContain(taskToken);
});
