import { createOps, type Ops } from "@callboard/core";
import { eventBridgeClient, sqsClient } from "./aws/clients.ts";
import { eventBridgeResender } from "./aws/eventbridge-resender.ts";
import { sqsDeadLetterQueue } from "./aws/sqs-dead-letter-queue.ts";
import { basics } from "./compose.ts";
import type { EnvironmentOf } from "./environment.ts";
import { producerOf } from "./producers/index.ts";
import { countShards } from "./push/api-gateway-push.ts";
import { dynamoPendingStore } from "./table/dynamo-pending-store.ts";
import { tableStores } from "./table/table-stores.ts";

/** Beside a long poll of one second. */
const SQS_REQUEST_MS = 5000;
const SQS_ATTEMPTS = 4;

/** What `callboard ops` stands on; no function loads it. */
export function composeOps(environment: EnvironmentOf<"cli">): Ops {
  const { UNDELIVERED_QUEUE_URL: undelivered, FAILED_QUEUE_URL: failed, BUS_NAME } = environment;
  const { table, clock } = basics("cli", environment, {});
  const { channels, subscriptions } = tableStores(table);
  const sqs = sqsClient(environment, SQS_REQUEST_MS, SQS_ATTEMPTS);
  return createOps({
    channels,
    push: { count: ({ channel, hint }) => countShards({ subscriptions, clock }, channel, hint) },
    clock,
    pending: dynamoPendingStore(table),
    queues: {
      ...(undelivered ? { undelivered: sqsDeadLetterQueue(sqs, undelivered) } : {}),
      ...(failed ? { failed: sqsDeadLetterQueue(sqs, failed) } : {}),
    },
    busOf: (event) => producerOf(event)?.bus ?? "callboard",
    resender: eventBridgeResender(eventBridgeClient(environment), BUS_NAME),
  });
}
