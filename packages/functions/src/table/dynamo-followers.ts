import { type Channel, channelsOf, headOf } from "@callboard/protocol";
import { type QueryInput, query } from "../aws/dynamodb/dynamodb.ts";
import type { Followers, SubscriptionStore } from "../push/ports.ts";
import { deleteRows } from "./batches.ts";
import { connectionOf, followerPrefixOf, type Key, subscriptionKey, subscriptionsOf } from "./keys.ts";
import type { Table } from "./table.ts";

/** Subscriptions in DynamoDB, as functions that post need them. */
export function dynamoFollowers(
  table: Table,
): Pick<SubscriptionStore, "followers" | "followersOfBoth" | "remove"> {
  /** DynamoDB's TTL deletes late, by days at worst, so expired rows are filtered out. */
  const queryFollowers = (
    now: number,
    most: number,
    condition: string,
    values: Readonly<Record<string, string>>,
    start: Key | undefined,
  ) => {
    const input: QueryInput = {
      TableName: table.name,
      ConsistentRead: true,
      KeyConditionExpression: condition,
      FilterExpression: "#on = :true AND expiresAt > :now",
      ProjectionExpression: "pk, sk",
      ExpressionAttributeNames: { "#on": "on" },
      ExpressionAttributeValues: { ...values, ":true": true, ":now": now },
      Limit: most,
      ...(start ? { ExclusiveStartKey: start } : {}),
    };
    return query(table.dynamodb, input);
  };

  return {
    async followers(channel, shard, now, most, after) {
      const values = { ":pk": subscriptionsOf(headOf(channel), shard), ":prefix": followerPrefixOf(channel) };
      const start = after ? subscriptionKey(channel, shard, after) : undefined;
      const condition = "pk = :pk AND begins_with(sk, :prefix)";
      const { Items = [], LastEvaluatedKey } = await queryFollowers(now, most, condition, values, start);
      const connectionIds = Items.map((row) => connectionOf(row as unknown as Key));
      return LastEvaluatedKey === undefined
        ? { connectionIds }
        : { connectionIds, next: connectionOf(LastEvaluatedKey as unknown as Key) };
    },

    /** Owners come before viewers: if reading stopped among the owners, no viewer was read. */
    async followersOfBoth(head, now, most) {
      const values = { ":pk": subscriptionsOf(head, 0) };
      const { Items = [], LastEvaluatedKey } = await queryFollowers(now, most, "pk = :pk", values, undefined);
      const last = LastEvaluatedKey as unknown as Key | undefined;
      const found = new Map<Channel, Followers>();
      for (const channel of channelsOf(head)) {
        const prefix = followerPrefixOf(channel);
        const rows = (Items as unknown as Key[]).filter(({ sk }) => sk.startsWith(prefix));
        const connectionIds = rows.map(connectionOf);
        const next =
          last && (last.sk.startsWith(prefix) ? connectionOf(last) : last.sk < prefix ? "" : undefined);
        found.set(channel, next === undefined ? { connectionIds } : { connectionIds, next });
      }
      return found;
    },

    /** Unconditional; removing a missing row changes nothing. */
    async remove(channel, shard, connectionIds) {
      await deleteRows(
        table,
        connectionIds.map((connectionId) => subscriptionKey(channel, shard, connectionId)),
      );
    },
  };
}
