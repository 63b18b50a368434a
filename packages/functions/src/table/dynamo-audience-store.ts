import type { AudienceStore } from "@callboard/core";
import type { Channel } from "@callboard/protocol";
import { deleteItem, putItem } from "../aws/dynamodb/dynamodb.ts";
import { readRow } from "./batches.ts";
import { audienceKey, duePartitionKey, duePartitionOf } from "./keys.ts";
import type { Table } from "./table.ts";
import { writeOutcome } from "./write-outcome.ts";

/** Audiences to count, in DynamoDB; a row exists while there is something to count. */
export function dynamoAudienceStore(table: Table): AudienceStore {
  const TableName = table.name;
  return {
    ...dynamoAudienceMarks(table),

    /** Unconditional: one count serves all who marked the audience. */
    async take(channel, again) {
      await putItem(table.dynamodb, { TableName, Item: { ...audienceRow(channel, again), counting: true } });
    },

    /** Deleted only if nobody has marked it since it was taken. */
    async settle(channel, again) {
      await writeOutcome(
        deleteItem(table.dynamodb, {
          TableName,
          Key: audienceKey(channel),
          ConditionExpression: "due = :again AND attribute_exists(counting)",
          ExpressionAttributeValues: { ":again": again },
        }),
      );
    },
  };
}

const audienceRow = (channel: Channel, due: number) => ({
  ...audienceKey(channel),
  duePk: duePartitionKey("audience", duePartitionOf(channel)),
  due,
});

/** Marks an audience to be counted; every function that posts may do it. */
export function dynamoAudienceMarks(table: Table): Pick<AudienceStore, "mark" | "dueAt"> {
  return {
    async dueAt(channel) {
      const row = await readRow(table, audienceKey(channel));
      return row?.counting ? undefined : (row?.due as number | undefined);
    },

    /**
     * Writes unless the stored row is due at least as early. A row whose count is under way does not prevent the write:
     * that count may already have missed this change. Marking again changes nothing.
     */
    async mark(channel, at) {
      const written = await writeOutcome(
        putItem(table.dynamodb, {
          TableName: table.name,
          Item: audienceRow(channel, at),
          ConditionExpression: "attribute_not_exists(pk) OR attribute_exists(counting) OR due > :at",
          ExpressionAttributeValues: { ":at": at },
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        }),
      );
      if (written.outcome === "contended") throw new Error("an audience is in no transaction, yet contended");
      return written.outcome === "written" ? at : (written.failed.get(0)!.due as number);
    },
  };
}
