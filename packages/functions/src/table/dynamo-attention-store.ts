import type { Attention, AttentionStore } from "@callboard/core";
import { putItem, updateItem } from "../aws/dynamodb/dynamodb.ts";
import { deleteRows, readRow } from "./batches.ts";
import { indexes, TTL } from "./definition.ts";
import {
  attendedIndex,
  attentionKey,
  type Key,
  pastAttentionKey,
  requestKey,
  rowPrefix,
  sortPrefix,
} from "./keys.ts";
import { lifetimes } from "./lifetimes.ts";
import { queryPages, queryPrefix, requestsUnder } from "./queries.ts";
import { type Row, recordIn, type Table } from "./table.ts";
import { writeOutcome } from "./write-outcome.ts";

/**
 * Who has opened a request, in DynamoDB, next to the request: one row for each open connection of a person, and one row
 * for all closed ones.
 */
export function dynamoAttentionStore(table: Table): AttentionStore {
  const kept = lifetimes(table);
  const keyOf = ({ requestId, user, connectionId }: Attention): Key =>
    attentionKey(requestId, user.id, connectionId);

  /**
   * An update on the condition that the stored row is not later. For a connection the first `firstAt` stays; for closed
   * ones the earliest is kept. Repeating it changes nothing.
   */
  async function put(attention: Attention, ttl = kept.attention(attention)[TTL]): Promise<void> {
    const { requestId, user, connectionId, state, at, until, firstAt } = attention;
    const result = await writeOutcome(
      updateItem(table.dynamodb, {
        TableName: table.name,
        Key: keyOf(attention),
        UpdateExpression:
          "SET #user = :user, #state = :state, #at = :at, #until = :until, #ttl = :ttl, " +
          "requestId = :requestId, principal = :principal, askedAt = if_not_exists(askedAt, :firstAt), " +
          (connectionId === undefined
            ? "firstAt = :firstAt"
            : "firstAt = if_not_exists(firstAt, :firstAt), connectionId = :connectionId"),
        ConditionExpression: "attribute_not_exists(pk) OR #at <= :at",
        ExpressionAttributeNames: {
          "#user": "user",
          "#state": "state",
          "#at": "at",
          "#until": "until",
          "#ttl": TTL,
        },
        ExpressionAttributeValues: {
          ":requestId": requestId,
          ":user": user,
          ":state": state,
          ":at": at,
          ":until": until,
          ":firstAt": firstAt,
          ":principal": attendedIndex(`user/${user.id}`),
          ":ttl": ttl,
          ...(connectionId === undefined ? {} : { ":connectionId": connectionId }),
        },
      }),
    );
    if (result.outcome === "contended") throw new Error("attention is in no transaction, yet contended");
  }

  /**
   * Merges a connection's row into the row of closed ones, which then expires as it does. Undefined: the row no longer
   * exists. If two connections close at the same moment, the later `firstAt` of the two may be kept.
   */
  async function turnToPast(key: Key, now: number): Promise<Attention | undefined> {
    const [row, past] = await Promise.all([readRow(table, key), readRow(table, pastAttentionKey(key))]);
    if (!row) return undefined;
    const attention = attentionOf(row);
    const { connectionId: _, ...own } = attention;
    const firstAt = Math.min(own.firstAt, past ? attentionOf(past).firstAt : own.firstAt);
    await put({ ...own, state: "left", at: now, until: now, firstAt }, row[TTL] as number);
    return attention;
  }

  return {
    put: (attention) => put(attention),

    /**
     * The person's data are written before the connection's rows are removed: a process that dies in between leaves both.
     */
    async leave(connectionId, now) {
      const pages = queryPages(table, {
        IndexName: indexes.byConnection,
        KeyConditionExpression: "connectionId = :id AND begins_with(pk, :prefix)",
        ExpressionAttributeValues: { ":id": connectionId, ":prefix": rowPrefix.request },
      });
      const left: Attention[] = [];
      for await (const page of pages) {
        const keys = page.map(({ pk, sk }) => ({ pk, sk }) as Key);
        const found = await Promise.all(keys.map((key) => turnToPast(key, now)));
        await deleteRows(table, keys);
        left.push(...found.filter((attention) => attention !== undefined));
      }
      return left.filter(({ state, until }) => state !== "left" && until > now).map((one) => one.requestId);
    },

    of: async (id) => (await queryPrefix(table, requestKey(id).pk, sortPrefix.attention)).map(attentionOf),

    attendedBy: (principal) => requestsUnder(table, attendedIndex(principal)),

    /** The new row is written first, and expires as the former ones do; once these are deleted nothing is left to do. */
    async replace(former, attention) {
      const rows = await Promise.all(former.map((one) => readRow(table, keyOf(one))));
      const known = rows.find((row) => row !== undefined);
      if (!known) return;
      const Item = { ...keyOf(attention), ...attention, [TTL]: known[TTL] };
      await putItem(table.dynamodb, { TableName: table.name, Item });
      await deleteRows(table, former.map(keyOf));
    },
  };
}

function attentionOf(row: Row): Attention {
  const { principal: _principal, askedAt: _askedAt, ...attention } = recordIn<Attention & Row>(row);
  return attention;
}
