export { backupDataFolder, type Copied, restoreDataFolder } from "./backup.ts";
export { type DataFolder, type DataFolderOptions, openDataFolder } from "./data-folder.ts";
export {
  DamagedStore,
  DirectoryInUse,
  NewerFolder,
  OlderFolder,
  UnusableFolder,
} from "./folder-errors.ts";
export { MAX_KEY_LENGTH } from "./key.ts";
export { eachKey, openLmdb } from "./lmdb-store.ts";
export { type MemoryStore, memoryStore } from "./memory-store.ts";
export {
  DamagedRecord,
  type Decision,
  type Key,
  type KeyPart,
  KeyTooLong,
  type Range,
  type Store,
  type StoredRecord,
  StoreFailure,
  type View,
  type Write,
} from "./store.ts";
