import type { StoredHead } from "./head-row.ts";
import type { Table } from "./table.ts";

type Written = Pick<StoredHead, "generation">;

/**
 * A restored table holds subjects in an older state. Clients may know offsets of the same epoch from after that state,
 * and these would seem valid once the heads have grown past them. So each restored table is a new generation: a head that
 * was last written in an earlier one is read with another epoch, which no client knows. The head's next change stores
 * that epoch.
 */
export function generations({ generation }: Pick<Table, "generation">) {
  const ending = `.g${generation}`;
  return {
    /** The epoch of a head as this generation reads it. */
    epochOf: ({ epoch, generation: of }: Written & Pick<StoredHead, "epoch">): string =>
      of === generation ? epoch : `${epoch}${ending}`,
    /** Attributes that are written with each head: from then on its epoch is the stored one. */
    written: (generation === undefined ? {} : { generation }) as Written,
  };
}
