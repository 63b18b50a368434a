import { query } from "../aws/dynamodb/dynamodb.ts";
import type { SubscriptionStore } from "../push/ports.ts";
import { deleteRows } from "./batches.ts";
import { connectionOf, type Key, subscriptionKey, subscriptionsOf } from "./keys.ts";
import type { Table } from "./table.ts";

/** Subscriptions in DynamoDB as whoever posts needs them. */
export function dynamoFollowers(table: Table): Pick<SubscriptionStore, "followers" | "remove"> {
  return {
    /** DynamoDB's TTL deletes late, by days at worst: what has expired is filtered. */
    async followers(channel, shard, now, most, after) {
      const { Items = [], LastEvaluatedKey } = await query(table.dynamodb, {
        TableName: table.name,
        ConsistentRead: true,
        KeyConditionExpression: "pk = :pk",
        FilterExpression: "#on = :true AND expiresAt > :now",
        ProjectionExpression: "connectionId",
        ExpressionAttributeNames: { "#on": "on" },
        ExpressionAttributeValues: { ":pk": subscriptionsOf(channel, shard), ":true": true, ":now": now },
        Limit: most,
        ...(after === undefined ? {} : { ExclusiveStartKey: subscriptionKey(channel, shard, after) }),
      });
      const connectionIds = Items.map((row) => row.connectionId as string);
      return LastEvaluatedKey === undefined
        ? { connectionIds }
        : { connectionIds, next: connectionOf(LastEvaluatedKey as unknown as Key) };
    },

    /** Unconditional; removing what is not there changes nothing. */
    async remove(channel, shard, connectionIds) {
      await deleteRows(
        table,
        connectionIds.map((connectionId) => subscriptionKey(channel, shard, connectionId)),
      );
    },
  };
}
