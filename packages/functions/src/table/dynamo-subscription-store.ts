import { DeleteCommand, PutCommand, paginateQuery } from "@aws-sdk/lib-dynamodb";
import type { SubscriptionStore } from "@callboard/core";
import { deleteRows } from "./batches.ts";
import { indexes, TTL } from "./definition.ts";
import { type Key, subscriptionKey, subscriptionsOf } from "./keys.ts";
import { graceAfterExpiryMs, type Table, ttlAt } from "./table.ts";
import { writeOutcome } from "./write-outcome.ts";

/** Subscriptions in DynamoDB, one partition a channel and shard. */
export function dynamoSubscriptionStore(table: Table): SubscriptionStore {
  return {
    /** Written unless the row that stands has a higher `sub`; writing the same again changes nothing. */
    async put({ channel, shard, connectionId, sub, on, expiresAt }) {
      const result = await writeOutcome(
        table.documents.send(
          new PutCommand({
            TableName: table.name,
            Item: {
              ...subscriptionKey(channel, shard, connectionId),
              connectionId,
              sub,
              on,
              expiresAt,
              [TTL]: ttlAt(expiresAt, graceAfterExpiryMs),
            },
            ConditionExpression: "attribute_not_exists(pk) OR #sub <= :sub",
            ExpressionAttributeNames: { "#sub": "sub" },
            ExpressionAttributeValues: { ":sub": sub },
          }),
        ),
      );
      if (result.outcome === "contended")
        throw new Error("a subscription is in no transaction, yet contended");
      return result.outcome === "written" ? "kept" : "stale";
    },

    /** DynamoDB's TTL deletes late, by days at worst: what has expired is filtered. */
    async *followers(channel, shard, now) {
      const pages = paginateQuery(
        { client: table.documents },
        {
          TableName: table.name,
          ConsistentRead: true,
          KeyConditionExpression: "pk = :pk",
          FilterExpression: "#on = :true AND expiresAt > :now",
          ProjectionExpression: "connectionId",
          ExpressionAttributeNames: { "#on": "on" },
          ExpressionAttributeValues: { ":pk": subscriptionsOf(channel, shard), ":true": true, ":now": now },
        },
      );
      for await (const page of pages) {
        const connections = (page.Items ?? []).map((row) => row.connectionId as string);
        if (connections.length > 0) yield connections;
      }
    },

    /** Unconditional; removing what is not there changes nothing. */
    async remove(channel, shard, connectionId) {
      const Key = subscriptionKey(channel, shard, connectionId);
      await table.documents.send(new DeleteCommand({ TableName: table.name, Key }));
    },

    /** Unconditional: a closed connection never subscribes again. */
    async removeAll(connectionId) {
      const pages = paginateQuery(
        { client: table.documents },
        {
          TableName: table.name,
          IndexName: indexes.byConnection,
          KeyConditionExpression: "connectionId = :id",
          ExpressionAttributeValues: { ":id": connectionId },
        },
      );
      for await (const page of pages) await deleteRows(table, (page.Items ?? []) as Key[]);
    },
  };
}
