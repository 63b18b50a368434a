import { type Channel, headOf } from "@callboard/protocol";
import { deleteItem, putItem } from "../aws/dynamodb/dynamodb.ts";
import type { Put, SubscriptionStore } from "../push/ports.ts";
import { deleteRows } from "./batches.ts";
import { indexes, TTL } from "./definition.ts";
import { dynamoFollowers } from "./dynamo-followers.ts";
import {
  followedBy,
  followerPrefixOf,
  type Key,
  rowPrefix,
  subscriptionKey,
  subscriptionsOf,
} from "./keys.ts";
import { queryPages } from "./queries.ts";
import { graceAfterExpiryMs, type Row, type Table, ttlAt } from "./table.ts";
import { writeOutcome } from "./write-outcome.ts";

/** Most expired rows that one count removes; TTL removes them too, only later. */
const MAX_EXPIRED = 100;

/** Subscriptions in DynamoDB: one partition for each shard of a subject or inbox. */
export function dynamoSubscriptionStore(table: Table): SubscriptionStore {
  return {
    ...dynamoFollowers(table),

    /**
     * Writes unless the stored row has a higher `sub`; writing the same again changes nothing. An end is written only
     * over a row: without one, its condition on an attribute fails. The index by connection has only rows that follow.
     * The former row comes with the answer; after a lost answer it is the new one.
     */
    async put({ channel, shard, connectionId, sub, on, expiresAt }): Promise<Put> {
      let before: Row | undefined;
      const sent = putItem(table.dynamodb, {
        TableName: table.name,
        Item: {
          ...subscriptionKey(channel, shard, connectionId),
          ...(on ? { connectionId } : {}),
          sub,
          on,
          expiresAt,
          [TTL]: ttlAt(expiresAt, graceAfterExpiryMs),
        },
        ConditionExpression: on ? "attribute_not_exists(pk) OR #sub <= :sub" : "#sub <= :sub",
        ExpressionAttributeNames: { "#sub": "sub" },
        ExpressionAttributeValues: { ":sub": sub },
        ReturnValues: "ALL_OLD",
      }).then(({ Attributes }) => {
        before = Attributes;
      });
      const result = await writeOutcome(sent);
      if (result.outcome === "contended")
        throw new Error("a subscription is in no transaction, yet contended");
      if (result.outcome !== "written") return { outcome: "stale" };
      if (!before) return { outcome: "kept" };
      return { outcome: "kept", before: { on: before.on as boolean, expiresAt: before.expiresAt as number } };
    },

    /** Deletes an expired row only if it is as it was read, so that it stays if it was written again since. */
    async count(channel, shard, now) {
      let count = 0;
      const expired: Key[] = [];
      const pages = queryPages(table, {
        ConsistentRead: true,
        KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
        ProjectionExpression: "pk, sk, expiresAt, #on",
        ExpressionAttributeNames: { "#on": "on" },
        ExpressionAttributeValues: {
          ":pk": subscriptionsOf(headOf(channel), shard),
          ":prefix": followerPrefixOf(channel),
        },
      });
      for await (const page of pages)
        for (const row of page)
          if ((row.expiresAt as number) <= now) expired.push(row as unknown as Key);
          else if (row.on) count++;
      for (const { pk, sk } of expired.slice(0, MAX_EXPIRED)) await deleteExpired(table, { pk, sk }, now);
      return count;
    },

    /** Unconditional: a closed connection never subscribes again. */
    async removeAll(connectionId) {
      const pages = queryPages(table, {
        IndexName: indexes.byConnection,
        KeyConditionExpression: "connectionId = :id AND begins_with(pk, :prefix)",
        ExpressionAttributeValues: { ":id": connectionId, ":prefix": rowPrefix.subscriptions },
      });
      const channels = new Set<Channel>();
      for await (const page of pages) {
        const keys = page as unknown as Key[];
        await deleteRows(table, keys);
        for (const key of keys) channels.add(followedBy(key));
      }
      return [...channels];
    },
  };
}

async function deleteExpired(table: Table, Key: Key, now: number): Promise<void> {
  await writeOutcome(
    deleteItem(table.dynamodb, {
      TableName: table.name,
      Key,
      ConditionExpression: "expiresAt <= :now",
      ExpressionAttributeValues: { ":now": now },
    }),
  );
}
