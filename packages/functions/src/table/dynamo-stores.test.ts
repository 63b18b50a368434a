import { attentionStoreContract } from "@callboard/core/testing/attention-store.contract.ts";
import { audienceStoreContract } from "@callboard/core/testing/audience-store.contract.ts";
import { channelStoreContract } from "@callboard/core/testing/channel-store.contract.ts";
import { erasureStoreContract } from "@callboard/core/testing/erasure-store.contract.ts";
import { executionStoreContract } from "@callboard/core/testing/execution-store.contract.ts";
import { refusalCounterContract } from "@callboard/core/testing/refusal-counter.contract.ts";
import { requestListingContract } from "@callboard/core/testing/request-listing.contract.ts";
import { requestStoreContract } from "@callboard/core/testing/request-store.contract.ts";
import { subscriptionStoreContract } from "@callboard/core/testing/subscription-store.contract.ts";
import { afterAll, beforeAll } from "vitest";
import { systemClock } from "../aws/system-clock.ts";
import { type Engine, startEngine } from "../testing/dynoxide.ts";
import { tableStores } from "./table-stores.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const stores = async () =>
  tableStores({ name: await engine.createTable(), documents: engine.documents, clock: systemClock });

channelStoreContract("DynamoDB", stores);
subscriptionStoreContract("DynamoDB", stores);
audienceStoreContract("DynamoDB", stores);
requestStoreContract("DynamoDB", stores);
requestListingContract("DynamoDB", stores);
attentionStoreContract("DynamoDB", stores);
erasureStoreContract("DynamoDB", stores);
refusalCounterContract("DynamoDB", stores);
executionStoreContract("DynamoDB", stores);
