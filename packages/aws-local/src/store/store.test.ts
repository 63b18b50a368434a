import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, onTestFinished } from "vitest";
import { openLmdb } from "./lmdb-store.ts";
import { memoryStore } from "./memory-store.ts";
import { storeContract } from "./store.contract.ts";

describe("a store in memory", () => {
  storeContract(() => memoryStore());
});

describe("a store on LMDB", () => {
  storeContract(async () => {
    const folder = await mkdtemp(join(tmpdir(), "store-"));
    const store = openLmdb(folder);
    onTestFinished(async () => {
      await store.close();
      await rm(folder, { recursive: true });
    });
    return store;
  });
});
