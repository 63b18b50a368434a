import { DeleteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { AudienceStore, Channel } from "@callboard/core";
import { audienceKey, duePartitionKey, duePartitionOf } from "./keys.ts";
import type { Table } from "./table.ts";
import { writeOutcome } from "./write-outcome.ts";

/** Audiences to be counted in DynamoDB; the row is there while there is something to count. */
export function dynamoAudienceStore(table: Table): AudienceStore {
  const TableName = table.name;
  const rowOf = (channel: Channel, due: number) => ({
    ...audienceKey(channel),
    duePk: duePartitionKey(duePartitionOf(channel)),
    due,
  });
  return {
    /** Written unless the row that stands is due as soon; marking again changes nothing. */
    async mark(channel, at) {
      await writeOutcome(
        table.documents.send(
          new PutCommand({
            TableName,
            Item: rowOf(channel, at),
            ConditionExpression: "attribute_not_exists(pk) OR due > :at",
            ExpressionAttributeValues: { ":at": at },
          }),
        ),
      );
    },

    /** Unconditional: whoever counts, counts for all who marked it. */
    async take(channel, again) {
      await table.documents.send(new PutCommand({ TableName, Item: rowOf(channel, again) }));
    },

    /** Deleted only if nobody has marked it since it was taken. */
    async settle(channel, again) {
      await writeOutcome(
        table.documents.send(
          new DeleteCommand({
            TableName,
            Key: audienceKey(channel),
            ConditionExpression: "due = :again",
            ExpressionAttributeValues: { ":again": again },
          }),
        ),
      );
    },
  };
}
