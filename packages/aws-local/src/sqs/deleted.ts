import { openDurableState } from "../lambda/durable-state.ts";

/** Which messages were deleted, beyond the process; of those that are not kept any more nothing needs to be known. */
export interface Deleted {
  has(key: string): boolean;
  /** Resolves when it would survive a kill. */
  add(key: string): Promise<void>;
  close(): Promise<void>;
}

/** More than the letters that the bus and Lambda keep. */
const MOST = 10_000;

/** Opens what is kept in a file, or what is forgotten with the process. */
export async function openDeleted(path: string | undefined): Promise<Deleted> {
  const keys = new Set<string>();
  const keep = (key: string) => {
    keys.add(key);
    if (keys.size > MOST) keys.delete(keys.values().next().value!);
  };
  const state = await openDurableState(
    path,
    (record) => keep(record as string),
    () => [...keys],
  );
  return {
    has: (key) => keys.has(key),
    async add(key) {
      if (keys.has(key)) return;
      keep(key);
      await state.append(key);
    },
    close: () => state.close(),
  };
}
