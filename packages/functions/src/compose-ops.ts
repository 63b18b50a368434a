import { SQSClient } from "@aws-sdk/client-sqs";
import { createOps, type Ops } from "@callboard/core";
import { chainProvider, common, type StepFunctions, sdkEventBridge, stepFunctionsOf } from "./aws/clients.ts";
import { eventBridgeResender } from "./aws/eventbridge-resender.ts";
import { sqsDeadLetterQueue } from "./aws/sqs-dead-letter-queue.ts";
import { basics } from "./compose.ts";
import type { EnvironmentOf } from "./environment.ts";
import { producerOf } from "./producers/index.ts";
import { countShards } from "./push/api-gateway-push.ts";
import { dynamoPendingStore } from "./table/dynamo-pending-store.ts";
import { checkedHeads } from "./table/layout.ts";
import { tableStores } from "./table/table-stores.ts";

/** A margin over a long poll of one second. */
const SQS_REQUEST_MS = 5000;

/** The parts of `callboard ops`; no function loads it or the SDK's SQS client. */
export function composeOps(environment: EnvironmentOf<"cli">): Ops {
  const { UNDELIVERED_QUEUE_URL: undelivered, FAILED_QUEUE_URL: failed, BUS_NAME } = environment;
  const { table, clock } = basics("cli", environment, {}, { credentials: chainProvider(environment) });
  const { heads, subscriptions } = tableStores(table);
  const checked = checkedHeads(table, heads);
  const sqs = sqsClient(environment);
  return createOps({
    heads: checked,
    push: { count: ({ channel, hint }) => countShards({ subscriptions, clock }, channel, hint) },
    clock,
    pending: dynamoPendingStore(table),
    queues: {
      ...(undelivered ? { undelivered: sqsDeadLetterQueue(sqs, undelivered) } : {}),
      ...(failed ? { failed: sqsDeadLetterQueue(sqs, failed) } : {}),
    },
    busOf: (event) => producerOf(event)?.bus ?? "callboard",
    resender: eventBridgeResender(sdkEventBridge(environment), BUS_NAME),
  });
}

/** Step Functions for the operator, with the machine's credentials. */
export const operatorsStates = (environment: EnvironmentOf<"cli">): StepFunctions =>
  stepFunctionsOf(environment, { credentials: chainProvider(environment) });

function sqsClient(environment: EnvironmentOf<"cli">): SQSClient {
  const endpoint = environment.AWS_ENDPOINT_URL_SQS ?? environment.AWS_ENDPOINT_URL;
  return new SQSClient({ ...common(environment, SQS_REQUEST_MS), ...(endpoint ? { endpoint } : {}) });
}
