import type { FeedbackRequest } from "@callboard/core";
import { updateItem } from "../aws/dynamodb/dynamodb.ts";
import { TTL } from "./definition.ts";
import { type Key, requestKey, threadKey } from "./keys.ts";
import { queryPages } from "./queries.ts";
import type { Table } from "./table.ts";
import { writeOutcome } from "./write-outcome.ts";

const UPDATES_AT_ONCE = 20;
const MAX_TRIES = 5;
const FIRST_PAUSE_MS = 10;

/**
 * Gives all rows of a closed request the same expiry, `ttl` in seconds; undefined: it is not closed, and nothing is done.
 * Each update requires that the row exists, and for the thread's head that it still names this request. Idempotent.
 */
export async function expireTogether(
  table: Table,
  request: FeedbackRequest,
  ttl: number | undefined,
): Promise<void> {
  if (ttl === undefined) return;
  const rows = [
    ...(await rowsWithAnotherEnd(table, request, ttl)).map((key) => ({
      key,
      condition: "attribute_exists(pk)",
    })),
    { key: threadKey(request), condition: "requestId = :id" },
  ];
  for (let at = 0; at < rows.length; at += UPDATES_AT_ONCE)
    await Promise.all(
      rows.slice(at, at + UPDATES_AT_ONCE).map(({ key, condition }) => expire(key, condition)),
    );

  async function expire(Key: Key, condition: string): Promise<void> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const result = await writeOutcome(
        updateItem(table.dynamodb, {
          TableName: table.name,
          Key,
          UpdateExpression: "SET #ttl = :ttl",
          ConditionExpression: condition,
          ExpressionAttributeNames: { "#ttl": TTL },
          ExpressionAttributeValues: {
            ":ttl": ttl,
            ...(condition.includes(":id") ? { ":id": request.id } : {}),
          },
        }),
      );
      if (result.outcome !== "contended") return;
      await table.clock.wait(FIRST_PAUSE_MS * 2 ** tries);
    }
    throw new Error(`a row of ${request.id} is contended`);
  }
}

/** Rows of the request's own partition, by a strong query. */
async function rowsWithAnotherEnd(table: Table, { id }: FeedbackRequest, ttl: number): Promise<Key[]> {
  const pages = queryPages(table, {
    ConsistentRead: true,
    KeyConditionExpression: "pk = :pk",
    FilterExpression: "attribute_not_exists(#ttl) OR #ttl <> :ttl",
    ProjectionExpression: "pk, sk",
    ExpressionAttributeNames: { "#ttl": TTL },
    ExpressionAttributeValues: { ":pk": requestKey(id).pk, ":ttl": ttl },
  });
  const keys: Key[] = [];
  for await (const page of pages) keys.push(...(page as unknown as Key[]));
  return keys;
}
