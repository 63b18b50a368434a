import { existsSync } from "node:fs";
import { join } from "node:path";
import { open } from "lmdb";

/** Reads how many transactions of a service's store have gone to the disk so far, while it runs. */
export interface Barriers {
  count(): number;
  close(): Promise<void>;
}

/** Reads the store of a data folder from another process; undefined if there is none, as with an earlier version. */
export function barriersOf(data: string): Barriers | undefined {
  const path = join(data, "store.mdb");
  if (!existsSync(path)) return undefined;
  const store = open({ path, noSubdir: true, readOnly: true, keyEncoding: "binary", encoding: "binary" });
  return {
    count: () => (store.getStats() as { lastTxnId: number }).lastTxnId,
    close: () => store.close(),
  };
}
