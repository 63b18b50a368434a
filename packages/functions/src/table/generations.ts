import type { ChannelMeta } from "@callboard/core";
import type { Row, Table } from "./table.ts";

/**
 * A table that was restored holds channels as they were, under epochs that clients know from after that moment: their
 * positions would seem to fit once the heads have grown past them. So each restored table is a new generation, and a
 * channel that was last changed in an earlier one is read under another epoch, which no client knows. Its next change
 * keeps it so.
 */
export function generations({ generation }: Pick<Table, "generation">) {
  const ending = `.g${generation}`;
  return {
    /** META as it is to be understood in this generation. */
    metaOf(row: Row): ChannelMeta {
      const { pk: _pk, sk: _sk, channel: _channel, generation: of, ...meta } = row;
      const epoch = of === generation ? row.epoch : `${row.epoch}${ending}`;
      return { ...meta, epoch } as unknown as ChannelMeta;
    },
    /** What is stored of META. */
    stored: (meta: ChannelMeta): Row => ({ ...meta, ...(generation === undefined ? {} : { generation }) }),
    /** The epochs that may stand in the table for one that was read. */
    epochsOf: (epoch: string): [string, string] =>
      epoch.endsWith(ending) ? [epoch, epoch.slice(0, -ending.length)] : [epoch, epoch],
  };
}
