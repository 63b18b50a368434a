import type { DueStore } from "@callboard/core";
import { query } from "../aws/dynamodb/dynamodb.ts";
import { indexes } from "./definition.ts";
import { duePartitionKey, dueThingOf, rowPrefix } from "./keys.ts";
import type { Table } from "./table.ts";

/** What is due in DynamoDB, whatever it is: one sparse index over rows that carry `duePk` and `due`. */
export function dynamoDueStore(table: Table): DueStore {
  return {
    async due(partition, now, limit) {
      const { Items = [] } = await query(table.dynamodb, {
        TableName: table.name,
        IndexName: indexes.due,
        KeyConditionExpression: "duePk = :partition AND due <= :now",
        ExpressionAttributeValues: { ":partition": duePartitionKey(partition), ":now": now },
        Limit: limit,
      });
      return Items.map((row) => dueThingOf(row.pk as string));
    },

    /** One page of the index, which holds some ten thousand entries. */
    async waiting(partition) {
      const { Count = 0 } = await query(table.dynamodb, {
        TableName: table.name,
        IndexName: indexes.due,
        Select: "COUNT",
        KeyConditionExpression: "duePk = :partition",
        FilterExpression: "begins_with(pk, :requests)",
        ExpressionAttributeValues: {
          ":partition": duePartitionKey(partition),
          ":requests": rowPrefix.request,
        },
      });
      return Count;
    },
  };
}
