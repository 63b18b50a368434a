import type { HeadStore } from "@callboard/core";
import { readRows } from "./batches.ts";
import { layoutRow } from "./definition.ts";
import { layoutKey } from "./keys.ts";
import type { Table } from "./table.ts";

/** The table was created by a version of Callboard with another layout of rows. */
export class OtherLayoutError extends Error {
  override readonly name = "OtherLayoutError";
}

/**
 * Heads of a table whose layout is checked once, with the first read. With another layout nothing is read or written:
 * every call rejects with an `OtherLayoutError`, which says what to do.
 */
export function checkedHeads(table: Table, heads: HeadStore): HeadStore {
  let checked: Promise<void> | undefined;
  /** Read until it is right: a table gets its layout row last when it is created. */
  function check(): Promise<void> {
    checked ??= compare().catch((cause) => {
      checked = undefined;
      throw cause;
    });
    return checked;
  }
  async function compare(): Promise<void> {
    const [row] = await readRows(table, [layoutKey]);
    if (row?.layout !== layoutRow.layout)
      throw new OtherLayoutError(
        `the table ${table.name} has ${row ? `the layout ${row.layout}` : "no layout row"}, and this version of Callboard needs ${layoutRow.layout}: it was made by another version; "Upgrade and roll back" in docs/deploy.md says what to do`,
      );
  }
  /** The read starts together with the check: both may be one call. */
  async function once<T>(asked: () => Promise<T>): Promise<T> {
    const [layout, answer] = await Promise.allSettled([check(), asked()]);
    if (layout.status === "rejected") throw layout.reason;
    if (answer.status === "rejected") throw answer.reason;
    return answer.value;
  }
  return {
    read: (names) => once(() => heads.read(names)),
    since: (channel, after) => once(() => heads.since(channel, after)),
    open: (name) => once(() => heads.open(name)),
    async commit(change) {
      // The change was decided on a head that was read, so the layout is known.
      await check();
      return heads.commit(change);
    },
    spread: async (channel, from, to) => {
      await check();
      return heads.spread(channel, from, to);
    },
  };
}
