import type { RefusalCounter } from "@callboard/core";
import { minutes } from "@callboard/protocol";
import { updateItem } from "../aws/dynamodb/dynamodb.ts";
import { TTL } from "./definition.ts";
import { refusalsKey } from "./keys.ts";
import { graceAfterExpiryMs, type Table, ttlAt } from "./table.ts";

/** Refusals in DynamoDB, one row a person and minute, that expires. */
export function dynamoRefusalCounter(table: Table): RefusalCounter {
  return {
    /** One ADD without a condition. A try whose answer was lost may count twice, which costs the caller one refusal. */
    async count(userId, now) {
      const minute = Math.floor(now / minutes(1));
      const { Attributes } = await updateItem(table.dynamodb, {
        TableName: table.name,
        Key: refusalsKey(userId, minute),
        UpdateExpression: "SET #ttl = :ttl ADD refusals :one",
        ExpressionAttributeNames: { "#ttl": TTL },
        ExpressionAttributeValues: { ":one": 1, ":ttl": ttlAt(now, graceAfterExpiryMs) },
        ReturnValues: "UPDATED_NEW",
      });
      return Number(Attributes?.refusals);
    },
  };
}
