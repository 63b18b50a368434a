import type { ConnectionStore } from "@callboard/core";
import { deleteItem, putItem } from "../aws/dynamodb/dynamodb.ts";
import { TTL } from "./definition.ts";
import { connectionKey } from "./keys.ts";
import { graceAfterExpiryMs, type Table, ttlAt } from "./table.ts";

/** Connections in DynamoDB. They have no attribute `connectionId`, which would put them among the subscriptions. */
export function dynamoConnectionStore(table: Table): ConnectionStore {
  return {
    /** Unconditional: an id is used once, so a repeat writes the same. */
    async open({ id, user, openedAt, expiresAt }) {
      const ttl = { [TTL]: ttlAt(expiresAt, graceAfterExpiryMs) };
      const Item = { ...connectionKey(id), id, user, openedAt, expiresAt, ...ttl };
      await putItem(table.dynamodb, { TableName: table.name, Item });
    },

    /** Unconditional; a close that overtakes its open leaves a row that expires. */
    async close(connectionId) {
      const Key = connectionKey(connectionId);
      await deleteItem(table.dynamodb, { TableName: table.name, Key });
    },
  };
}
