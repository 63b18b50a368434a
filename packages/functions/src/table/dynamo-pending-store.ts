import type { PendingStore } from "@callboard/core";
import { query } from "../aws/dynamodb/dynamodb.ts";
import { readRows } from "./batches.ts";
import { indexes } from "./definition.ts";
import { duePartitionKey, type Key } from "./keys.ts";
import { requestOf } from "./request-rows.ts";
import type { Table } from "./table.ts";

/**
 * What is pending, in DynamoDB: one page of a partition of the sparse index `due`, then the requests themselves, read
 * strongly.
 */
export function dynamoPendingStore(table: Table): PendingStore {
  return {
    async pending(partition, limit) {
      const { Items = [], LastEvaluatedKey } = await query(table.dynamodb, {
        TableName: table.name,
        IndexName: indexes.due,
        KeyConditionExpression: "duePk = :partition",
        ExpressionAttributeValues: { ":partition": duePartitionKey("request", partition) },
        Limit: limit,
      });
      const keys = Items.map(({ pk, sk }): Key => ({ pk: pk as string, sk: sk as string }));
      const rows = await readRows(table, keys);
      return { requests: rows.map(requestOf), more: LastEvaluatedKey !== undefined };
    },
  };
}
