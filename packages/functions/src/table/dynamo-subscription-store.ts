import { DeleteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { Channel } from "@callboard/protocol";
import type { SubscriptionStore } from "../push/ports.ts";
import { deleteRows } from "./batches.ts";
import { indexes, TTL } from "./definition.ts";
import { dynamoFollowers } from "./dynamo-followers.ts";
import { channelOf, type Key, subscriptionKey, subscriptionsOf } from "./keys.ts";
import { queryPages } from "./queries.ts";
import { graceAfterExpiryMs, type Row, type Table, ttlAt } from "./table.ts";
import { writeOutcome } from "./write-outcome.ts";

/** Expired rows that one count removes; TTL removes them too, only late. */
const MOST_EXPIRED = 100;

/** Subscriptions in DynamoDB, one partition a channel and shard. */
export function dynamoSubscriptionStore(table: Table): SubscriptionStore {
  return {
    ...dynamoFollowers(table),

    /**
     * Written unless the row that stands has a higher `sub`; writing the same again changes nothing. Only a row that
     * follows is found by its connection.
     */
    async put({ channel, shard, connectionId, sub, on, expiresAt }) {
      let was: Row | undefined;
      const result = await writeOutcome(
        table.documents
          .send(
            new PutCommand({
              TableName: table.name,
              Item: {
                ...subscriptionKey(channel, shard, connectionId),
                ...(on ? { connectionId } : {}),
                sub,
                on,
                expiresAt,
                [TTL]: ttlAt(expiresAt, graceAfterExpiryMs),
              },
              ConditionExpression: "attribute_not_exists(pk) OR #sub <= :sub",
              ExpressionAttributeNames: { "#sub": "sub" },
              ExpressionAttributeValues: { ":sub": sub },
              ReturnValues: "ALL_OLD",
            }),
          )
          .then(({ Attributes }) => {
            was = Attributes;
          }),
      );
      if (result.outcome === "contended")
        throw new Error("a subscription is in no transaction, yet contended");
      if (result.outcome !== "written") return "stale";
      return was?.on && !on ? "ended" : "kept";
    },

    /** Deletes what has expired only as it was read, so that it stays if it was put anew since. */
    async count(channel, shard, now) {
      let count = 0;
      const expired: Key[] = [];
      const pages = queryPages(table, {
        ConsistentRead: true,
        KeyConditionExpression: "pk = :pk",
        ProjectionExpression: "pk, sk, expiresAt, #on",
        ExpressionAttributeNames: { "#on": "on" },
        ExpressionAttributeValues: { ":pk": subscriptionsOf(channel, shard) },
      });
      for await (const page of pages)
        for (const row of page)
          if ((row.expiresAt as number) <= now) expired.push(row as unknown as Key);
          else if (row.on) count++;
      for (const { pk, sk } of expired.slice(0, MOST_EXPIRED)) await deleteExpired(table, { pk, sk }, now);
      return count;
    },

    /** Unconditional: a closed connection never subscribes again. */
    async removeAll(connectionId) {
      const pages = queryPages(table, {
        IndexName: indexes.byConnection,
        KeyConditionExpression: "connectionId = :id",
        ExpressionAttributeValues: { ":id": connectionId },
      });
      const channels = new Set<Channel>();
      for await (const page of pages) {
        const keys = page as unknown as Key[];
        await deleteRows(table, keys);
        for (const { pk } of keys) channels.add(channelOf(pk));
      }
      return [...channels];
    },
  };
}

async function deleteExpired(table: Table, Key: Key, now: number): Promise<void> {
  await writeOutcome(
    table.documents.send(
      new DeleteCommand({
        TableName: table.name,
        Key,
        ConditionExpression: "expiresAt <= :now",
        ExpressionAttributeValues: { ":now": now },
      }),
    ),
  );
}
