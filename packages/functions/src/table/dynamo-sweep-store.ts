import { connectionMs } from "@callboard/protocol";
import { deleteItem, putItem } from "../aws/dynamodb/dynamodb.ts";
import type { SweepStore } from "../push/ports.ts";
import type { Sweep } from "../push/sweep.ts";
import { readRow } from "./batches.ts";
import { TTL } from "./definition.ts";
import { sweepKey } from "./keys.ts";
import { type Table, ttlAt } from "./table.ts";
import { type WriteOutcome, writeOutcome } from "./write-outcome.ts";

/**
 * Sweeps in DynamoDB: one row each, while something is due. A sweep that nobody continues expires with its connections.
 */
export function dynamoSweepStore(table: Table): SweepStore {
  /** The condition is the stamp that was read. When it fails, the stored row tells a lost race from a lost answer. */
  const unless = (stamp: string | undefined) => ({
    ConditionExpression: stamp === undefined ? "attribute_not_exists(pk)" : "#stamp = :before",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
    ...(stamp === undefined
      ? {}
      : {
          ExpressionAttributeNames: { "#stamp": "stamp" },
          ExpressionAttributeValues: { ":before": stamp },
        }),
  });
  return {
    async read({ channel, index }) {
      const Item = await readRow(table, sweepKey(channel, index));
      return (
        Item && { ...(JSON.parse(Item.sweep as string) as Omit<Sweep, "stamp">), stamp: Item.stamp as string }
      );
    },

    async write({ channel, index }, before, after) {
      const key = sweepKey(channel, index);
      if (!after)
        return outcomeOf(
          await writeOutcome(
            deleteItem(table.dynamodb, { TableName: table.name, Key: key, ...unless(before?.stamp) }),
          ),
          undefined,
        );
      const { stamp, ...sweep } = after;
      const row = {
        ...key,
        stamp,
        sweep: JSON.stringify(sweep),
        [TTL]: ttlAt(table.clock.now(), connectionMs),
      };
      return outcomeOf(
        await writeOutcome(
          putItem(table.dynamodb, { TableName: table.name, Item: row, ...unless(before?.stamp) }),
        ),
        stamp,
      );
    },
  };
}

/** Also `written` if the stored row is the one to write: the answer to the first try was lost. */
function outcomeOf(result: WriteOutcome, stamp: string | undefined): "written" | "conflict" {
  if (result.outcome === "contended") throw new Error("a sweep is in no transaction, yet contended");
  if (result.outcome === "written") return "written";
  return result.failed.get(0)?.stamp === stamp ? "written" : "conflict";
}
