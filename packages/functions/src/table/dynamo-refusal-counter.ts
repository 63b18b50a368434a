import type { RefusalCounter } from "@callboard/core";
import { minutes } from "@callboard/protocol";
import { updateItem } from "../aws/dynamodb/dynamodb.ts";
import { readRow } from "./batches.ts";
import { TTL } from "./definition.ts";
import { refusalsKey } from "./keys.ts";
import { graceAfterExpiryMs, type Table, ttlAt } from "./table.ts";

/** Refusals in DynamoDB: one row for each person and minute, which expires. */
export function dynamoRefusalCounter(table: Table): RefusalCounter {
  const keyAt = (userId: string, now: number) => refusalsKey(userId, Math.floor(now / minutes(1)));
  return {
    /** One unconditional ADD. A try whose answer was lost may count twice, which costs the caller one refusal. */
    async count(userId, now) {
      const { Attributes } = await updateItem(table.dynamodb, {
        TableName: table.name,
        Key: keyAt(userId, now),
        UpdateExpression: "SET #ttl = :ttl ADD refusals :one",
        ExpressionAttributeNames: { "#ttl": TTL },
        ExpressionAttributeValues: { ":one": 1, ":ttl": ttlAt(now, graceAfterExpiryMs) },
        ReturnValues: "UPDATED_NEW",
      });
      return Number(Attributes?.refusals);
    },

    /** A read that is batched with all reads of the same turn. */
    async soFar(userId, now) {
      const row = await readRow(table, keyAt(userId, now));
      return Number(row?.refusals ?? 0);
    },
  };
}
