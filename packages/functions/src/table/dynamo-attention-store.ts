import type { Attention, AttentionStore } from "@callboard/core";
import { transactWriteItems, updateItem } from "../aws/dynamodb/dynamodb.ts";
import { readRow } from "./batches.ts";
import { TTL } from "./definition.ts";
import { attendedIndex, attentionKey, requestKey, sortPrefix } from "./keys.ts";
import { lifetimes } from "./lifetimes.ts";
import { queryPrefix, requestsUnder } from "./queries.ts";
import type { Row, Table } from "./table.ts";
import { writeOutcome } from "./write-outcome.ts";

/** Who attends to requests, in DynamoDB, one row a person beside the request. */
export function dynamoAttentionStore(table: Table): AttentionStore {
  const kept = lifetimes(table);
  return {
    /** An update on the condition that nothing later was said; the first `firstAt` stays. Repeating it changes nothing. */
    async put(attention) {
      const { requestId, user, state, at, until, firstAt } = attention;
      const result = await writeOutcome(
        updateItem(table.dynamodb, {
          TableName: table.name,
          Key: attentionKey(requestId, user.id),
          UpdateExpression:
            "SET #user = :user, #state = :state, #at = :at, #until = :until, #ttl = :ttl, " +
            "requestId = :requestId, firstAt = if_not_exists(firstAt, :firstAt), " +
            "principal = :principal, askedAt = if_not_exists(askedAt, :firstAt)",
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
            ":ttl": kept.attention(attention)[TTL],
          },
        }),
      );
      if (result.outcome === "contended") throw new Error("attention is in no transaction, yet contended");
    },

    of: async (id) => (await queryPrefix(table, requestKey(id).pk, sortPrefix.attention)).map(attentionOf),

    attendedBy: (principal) => requestsUnder(table, attendedIndex(principal)),

    /** One transaction, which leaves the row its end; once the row is gone there is nothing to do. */
    async replace(userId, attention) {
      const { requestId, user } = attention;
      const TableName = table.name;
      const Key = attentionKey(requestId, userId);
      const row = await readRow(table, Key);
      if (!row) return;
      const Item = { ...attentionKey(requestId, user.id), ...attention, [TTL]: row[TTL] };
      const TransactItems = [{ Delete: { TableName, Key } }, { Put: { TableName, Item } }];
      const result = await writeOutcome(transactWriteItems(table.dynamodb, { TransactItems }));
      if (result.outcome !== "written") throw new Error(`the attention of ${requestId} is contended`);
    },
  };
}

function attentionOf(row: Row): Attention {
  const { pk: _pk, sk: _sk, [TTL]: _ttl, principal: _principal, askedAt: _askedAt, ...attention } = row;
  return attention as unknown as Attention;
}
