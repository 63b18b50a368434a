import { openJournal } from "./journal.ts";

/** A journal that is replaced by a snapshot of what still matters once it has grown. */
export interface DurableState {
  /** Resolves when the record is on the disk. */
  append(record: unknown): Promise<void>;
  close(): Promise<void>;
}

/** A file of fewer records is never written anew; a longer one once half of it does not matter any more. */
const FEW = 1000;

/**
 * Opens `path`, or keeps nothing when it is undefined. `replay` is given each record found. `snapshot` must contain,
 * at any time, the effect of every record that was given to `append` before.
 */
export async function openDurableState(
  path: string | undefined,
  replay: (record: unknown) => void,
  snapshot: () => readonly unknown[],
): Promise<DurableState> {
  const { journal, records } = await openJournal(path);
  for (const record of records) replay(record);
  let length = records.length;
  let enough = FEW;
  let rewriting: Promise<void> | undefined;

  const rewriteWhenGrown = () => {
    if (length <= enough) return undefined;
    const kept = snapshot();
    enough = Math.max(FEW, 2 * kept.length);
    if (length <= enough) return undefined;
    length = kept.length;
    rewriting = journal.rewrite(kept).finally(() => {
      rewriting = undefined;
    });
    return rewriting;
  };

  return {
    async append(record) {
      // An append that overtook the rewriting would be written before it, and lost with the old file.
      while (rewriting) await rewriting;
      length++;
      await Promise.all([journal.append(record), rewriteWhenGrown()]);
    },
    async close() {
      await rewriting;
      await journal.close();
    },
  };
}
