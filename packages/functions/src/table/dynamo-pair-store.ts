import type { Pair, PairStore } from "@callboard/core";
import { updateItem } from "../aws/dynamodb/dynamodb.ts";
import { TTL } from "./definition.ts";
import { pairKey } from "./keys.ts";
import { lifetimes } from "./lifetimes.ts";
import type { Table } from "./table.ts";

/** Pairs in DynamoDB: one update sets each half that is not there yet, and returns both. Repeating it changes nothing. */
export function dynamoPairStore(table: Table): PairStore {
  const kept = lifetimes(table);
  return {
    async record(key, half) {
      const halves = Object.entries(half);
      const { Attributes = {} } = await updateItem(table.dynamodb, {
        TableName: table.name,
        Key: pairKey(key),
        UpdateExpression: `SET #ttl = :ttl${halves.map(([name]) => `, ${name} = if_not_exists(${name}, :${name})`).join("")}`,
        ExpressionAttributeNames: { "#ttl": TTL },
        ExpressionAttributeValues: {
          ":ttl": kept.pair(table.clock.now()),
          ...Object.fromEntries(halves.map(([name, value]) => [`:${name}`, value])),
        },
        ReturnValues: "ALL_NEW",
      });
      const { begun, ended } = Attributes as Pair;
      return { ...(begun ? { begun } : {}), ...(ended ? { ended } : {}) };
    },
  };
}
