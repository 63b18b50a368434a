import type { Wakeup } from "@callboard/core";
import { expect, it } from "vitest";
import { noRetries, type RecordedAnswer, recordedService } from "../testing/recorded-service.ts";
import { jsonService } from "./json/service.ts";
import { sqsWakeups } from "./sqs-wakeups.ts";
import { readWakeup } from "./wakeup-message.ts";

const now = Date.UTC(2026, 0, 1);
const queueUrl = "https://sqs.eu-central-1.amazonaws.com/123456789012/wakeups";

interface Batch {
  readonly QueueUrl: string;
  readonly Entries: readonly { Id: string; MessageBody: string; DelaySeconds: number }[];
}

/** A queue that takes every message but those with these ids. */
function stage(refused: readonly string[] = []) {
  const batches: Batch[] = [];
  const service = recordedService(({ body }): RecordedAnswer => {
    const batch = JSON.parse(body) as Batch;
    batches.push(batch);
    const taken = batch.Entries.filter(({ Id }) => !refused.includes(Id));
    return {
      body: {
        Successful: taken.map(({ Id }) => ({ Id, MessageId: Id })),
        Failed: refused.map((Id) => ({ Id, Code: "InternalError", SenderFault: false })),
      },
    };
  });
  const sqs = jsonService<"AmazonSQS">({ transport: service.transport, retries: noRetries });
  const wakeups = sqsWakeups({ sqs, queueUrl, clock: { now: () => now } });
  return { wakeups, batches, calls: service.calls };
}

const wakeup = (at: number, n = 1): Wakeup => ({ request: `req_00000000000${n}`, version: 2, at });

it.each([
  [5000, 5],
  [4001, 5],
  [1, 1],
  [0, 0],
  [-60_000, 0],
  [900_001, 900],
])("delays what is due in %s ms by %s s", async (ms, DelaySeconds) => {
  const { wakeups, batches, calls } = stage();
  await wakeups.send([wakeup(now + ms)]);
  expect(calls.map(({ operation }) => operation)).toEqual(["SendMessageBatch"]);
  expect(batches).toEqual([
    {
      QueueUrl: queueUrl,
      Entries: [{ Id: "0", MessageBody: JSON.stringify(wakeup(now + ms)), DelaySeconds }],
    },
  ]);
});

it("sends ten messages a call", async () => {
  const { wakeups, batches } = stage();
  await wakeups.send(Array.from({ length: 25 }, (_, n) => wakeup(now, n)));
  expect(batches.map(({ Entries }) => Entries.length).sort()).toEqual([10, 10, 5]);
  await wakeups.send([]);
  expect(batches).toHaveLength(3);
});

it("rejects when one message of a call was refused", async () => {
  const { wakeups } = stage(["1"]);
  await expect(wakeups.send([wakeup(now), wakeup(now, 2)])).rejects.toThrow(
    "the queue refused 1 wake-ups: InternalError",
  );
});

it.each<Wakeup>([
  { request: "req_000000000001", version: 2, at: now },
  { request: "req_000000000001", at: now, again: 1 },
  { audience: "watch:video/v_1", at: now },
  { audience: "watch:video/v_1", at: now, again: 2 },
])("reads %j as it was sent", async (sent) => {
  const { wakeups, batches } = stage();
  await wakeups.send([sent]);
  expect(readWakeup(batches[0]!.Entries[0]!.MessageBody)).toEqual(sent);
});

it.each([
  "",
  "1",
  "{}",
  '{"at":1}',
  '{"request":"nobody","at":1}',
  '{"audience":"watch:video/v_1","at":"1"}',
])("does not take %s for a wake-up", (body) => {
  expect(readWakeup(body)).toBeUndefined();
});
