import type { StoredHead } from "./head-row.ts";
import type { Table } from "./table.ts";

type Written = Pick<StoredHead, "generation">;

/**
 * A table that was restored holds subjects as they were, under epochs that clients know from after that moment: their
 * positions would seem to fit once the heads have grown past them. So each restored table is a new generation, and a
 * head that was last written in an earlier one is read under another epoch, which no client knows. Its next change
 * keeps it so.
 */
export function generations({ generation }: Pick<Table, "generation">) {
  const ending = `.g${generation}`;
  return {
    /** The epoch of a head as it is to be understood in this generation. */
    epochOf: ({ epoch, generation: of }: Written & Pick<StoredHead, "epoch">): string =>
      of === generation ? epoch : `${epoch}${ending}`,
    /** What is written with each head: from then on its epoch is as it stands. */
    written: (generation === undefined ? {} : { generation }) as Written,
  };
}
