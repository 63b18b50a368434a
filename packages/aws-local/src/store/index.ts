export { LONGEST_KEY, openLmdb } from "./lmdb-store.ts";
export { type MemoryStore, memoryStore } from "./memory-store.ts";
export {
  type Decision,
  type Key,
  type KeyPart,
  type Range,
  type Store,
  type StoredRecord,
  StoreFailure,
  type View,
  type Write,
} from "./store.ts";
