import { type VirtualClock, virtualClock } from "../clock/clock.ts";
import { createDynamodb, type Dynamodb } from "../dynamodb/dynamodb.ts";
import { createEndpoint } from "../endpoint/endpoint.ts";
import { type MemoryStore, memoryStore } from "../store/memory-store.ts";

/** A DynamoDB in memory behind an endpoint of its own. */
export interface TestEngine {
  readonly dynamodb: Dynamodb;
  readonly store: MemoryStore;
  readonly clock: VirtualClock;
  readonly url: string;
  close(): Promise<void>;
}

export async function openTestEngine(): Promise<TestEngine> {
  const store = memoryStore();
  const clock = virtualClock();
  const dynamodb = createDynamodb({ store, clock });
  const endpoint = await createEndpoint({ port: 0, services: [dynamodb] });
  return { dynamodb, store, clock, url: endpoint.url, close: endpoint.close };
}
