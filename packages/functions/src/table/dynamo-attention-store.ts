import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { type Attention, type AttentionStore, days } from "@callboard/core";
import { TTL } from "./definition.ts";
import { ATTENTION, attentionKey, requestKey } from "./keys.ts";
import { queryPrefix } from "./query-prefix.ts";
import { type Row, type Table, ttlAt } from "./table.ts";
import { writeOutcome } from "./write-outcome.ts";

/** A wait lasts for a year at most; who attended is kept as long as a closed request. */
const keptMs = days(366 + 90);

/** Who attends to requests, in DynamoDB, one row a person beside the request. */
export function dynamoAttentionStore(table: Table): AttentionStore {
  return {
    /** An update on the condition that nothing later was said; the first `firstAt` stays. Repeating it changes nothing. */
    async put({ requestId, user, state, at, until, firstAt }) {
      const result = await writeOutcome(
        table.documents.send(
          new UpdateCommand({
            TableName: table.name,
            Key: attentionKey(requestId, user.id),
            UpdateExpression:
              "SET #user = :user, #state = :state, #at = :at, #until = :until, #ttl = :ttl, " +
              "requestId = :requestId, firstAt = if_not_exists(firstAt, :firstAt)",
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
              ":ttl": ttlAt(until, keptMs),
            },
          }),
        ),
      );
      if (result.outcome === "contended") throw new Error("attention is in no transaction, yet contended");
    },

    of: async (id) => (await queryPrefix(table, requestKey(id).pk, ATTENTION)).map(attentionOf),
  };
}

function attentionOf(row: Row): Attention {
  const { pk: _pk, sk: _sk, [TTL]: _ttl, ...attention } = row;
  return attention as unknown as Attention;
}
