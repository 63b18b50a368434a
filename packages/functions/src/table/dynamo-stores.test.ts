import { attentionStoreContract } from "@callboard/core/testing/attention-store.contract.ts";
import { audienceStoreContract } from "@callboard/core/testing/audience-store.contract.ts";
import { erasureStoreContract } from "@callboard/core/testing/erasure-store.contract.ts";
import { executionStoreContract } from "@callboard/core/testing/execution-store.contract.ts";
import { headStoreContract } from "@callboard/core/testing/head-store.contract.ts";
import { headValuesContract } from "@callboard/core/testing/head-values.contract.ts";
import { historyStoreContract } from "@callboard/core/testing/history-store.contract.ts";
import { noticeStoreContract } from "@callboard/core/testing/notice-store.contract.ts";
import { pairStoreContract } from "@callboard/core/testing/pair-store.contract.ts";
import { pendingStoreContract } from "@callboard/core/testing/pending-store.contract.ts";
import { peopleStoreContract } from "@callboard/core/testing/people-store.contract.ts";
import { reachStoreContract } from "@callboard/core/testing/reach-store.contract.ts";
import { refusalCounterContract } from "@callboard/core/testing/refusal-counter.contract.ts";
import { requestListingContract } from "@callboard/core/testing/request-listing.contract.ts";
import { requestStoreContract } from "@callboard/core/testing/request-store.contract.ts";
import { afterAll, beforeAll } from "vitest";
import { systemClock } from "../aws/machine.ts";
import { subscriptionStoreContract } from "../push/subscription-store.contract.ts";
import { sweepStoreContract } from "../push/sweep-store.contract.ts";
import { type Engine, startEngine } from "../testing/dynamodb.ts";
import { dynamoHeadStore } from "./dynamo-head-store.ts";
import { dynamoNoticeStore } from "./dynamo-notice-store.ts";
import { dynamoPendingStore } from "./dynamo-pending-store.ts";
import { dynamoPeopleStore } from "./dynamo-people-store.ts";
import { dynamoReachStore } from "./dynamo-reach-store.ts";
import type { Table } from "./table.ts";
import { tableStores } from "./table-stores.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const stores = async () => {
  const name = await engine.createTable();
  const table: Table = { name, dynamodb: engine.dynamodb, clock: systemClock };
  return {
    ...tableStores(table),
    people: dynamoPeopleStore(table),
    reach: dynamoReachStore(table),
    notices: dynamoNoticeStore(table),
    pending: dynamoPendingStore(table),
    another: () => dynamoHeadStore(table),
  };
};

headStoreContract("DynamoDB", stores);
headValuesContract("DynamoDB", stores);
subscriptionStoreContract("DynamoDB", stores);
sweepStoreContract("DynamoDB", stores);
audienceStoreContract("DynamoDB", stores);
historyStoreContract("DynamoDB", stores);
pairStoreContract("DynamoDB", stores);
requestStoreContract("DynamoDB", stores);
requestListingContract("DynamoDB", stores);
pendingStoreContract("DynamoDB", stores);
attentionStoreContract("DynamoDB", stores);
erasureStoreContract("DynamoDB", stores);
refusalCounterContract("DynamoDB", stores);
peopleStoreContract("DynamoDB", stores);
noticeStoreContract("DynamoDB", stores);
reachStoreContract("DynamoDB", stores);
executionStoreContract("DynamoDB", stores);
