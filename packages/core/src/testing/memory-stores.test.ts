import { attentionStoreContract } from "./attention-store.contract.ts";
import { audienceStoreContract } from "./audience-store.contract.ts";
import { erasureStoreContract } from "./erasure-store.contract.ts";
import { executionStoreContract } from "./execution-store.contract.ts";
import { headStoreContract } from "./head-store.contract.ts";
import { headValuesContract } from "./head-values.contract.ts";
import { historyStoreContract } from "./history-store.contract.ts";
import { memoryDueStore, memoryPendingStore } from "./memory-due-store.ts";
import { memoryHeadStore } from "./memory-head-store.ts";
import { memoryNoticeStore } from "./memory-notice-store.ts";
import { memoryPeopleStore } from "./memory-people-store.ts";
import { memoryReachStore } from "./memory-reach-store.ts";
import { memoryRequestStore } from "./memory-request-store.ts";
import {
  memoryAttentionStore,
  memoryAudienceStore,
  memoryExecutionStore,
  memoryHistoryStore,
  memoryPairStore,
  memoryRefusalCounter,
} from "./memory-stores.ts";
import { memoryWakeups } from "./memory-wakeups.ts";
import { noticeStoreContract } from "./notice-store.contract.ts";
import { pairStoreContract } from "./pair-store.contract.ts";
import { pendingStoreContract } from "./pending-store.contract.ts";
import { peopleStoreContract } from "./people-store.contract.ts";
import { reachStoreContract } from "./reach-store.contract.ts";
import { refusalCounterContract } from "./refusal-counter.contract.ts";
import { requestListingContract } from "./request-listing.contract.ts";
import { requestStoreContract } from "./request-store.contract.ts";
import { wakeupsContract } from "./wakeups.contract.ts";

const stores = async () => {
  const requests = memoryRequestStore();
  const audiences = memoryAudienceStore();
  const heads = memoryHeadStore(requests.versionOf);
  const people = memoryPeopleStore();
  return {
    requests,
    audiences,
    dues: memoryDueStore(requests, audiences),
    pending: memoryPendingStore(requests),
    tokens: requests.vault,
    heads,
    another: () => heads,
    attention: memoryAttentionStore(),
    refusals: memoryRefusalCounter(),
    people,
    reach: memoryReachStore(people),
    notices: memoryNoticeStore(),
    executionRecords: memoryExecutionStore(),
    pairs: memoryPairStore(),
    history: memoryHistoryStore(),
  };
};

headStoreContract("memory", stores);
headValuesContract("memory", stores);
audienceStoreContract("memory", stores);
requestStoreContract("memory", stores);
requestListingContract("memory", stores);
pendingStoreContract("memory", stores);
attentionStoreContract("memory", stores);
erasureStoreContract("memory", stores);
historyStoreContract("memory", stores);
pairStoreContract("memory", stores);
refusalCounterContract("memory", stores);
peopleStoreContract("memory", stores);
noticeStoreContract("memory", stores);
reachStoreContract("memory", stores);
executionStoreContract("memory", stores);
wakeupsContract("memory", async () => {
  let now = Date.UTC(2026, 0, 1);
  const wakeups = memoryWakeups({ now: () => now });
  const pass = async (ms: number) => {
    now += ms;
  };
  return { wakeups, now: () => now, pass, arrived: async () => wakeups.take() };
});
