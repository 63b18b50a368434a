import type { Reach, ReachStore } from "@callboard/core";
import { query, type TransactWrite, transactWriteItems } from "../aws/dynamodb/dynamodb.ts";
import { readRow } from "./batches.ts";
import { memberKey, personKey, reachKey, rolePartition } from "./keys.ts";
import { lifetimes } from "./lifetimes.ts";
import { recordIn, type Table } from "./table.ts";
import { writeOutcome } from "./write-outcome.ts";

/** How people are reached, in DynamoDB: a row next to the person's own, and one for each of their roles. */
export function dynamoReachStore(table: Table): ReachStore {
  const TableName = table.name;
  const kept = lifetimes(table);

  /** The record itself, on the condition that it has not changed since it was read. */
  function record(key: string, before: Reach | undefined, after: Reach | undefined): TransactWrite {
    const condition = before
      ? {
          ConditionExpression: "#rev = :rev",
          ExpressionAttributeNames: { "#rev": "rev" },
          ExpressionAttributeValues: { ":rev": before.rev },
        }
      : { ConditionExpression: "attribute_not_exists(pk)" };
    if (!after) return { Delete: { TableName, Key: reachKey(key), ...condition } };
    return { Put: { TableName, Item: { ...reachKey(key), ...after, ...kept.reach(after) }, ...condition } };
  }

  /** An erased person is never reached again, even if a slow process read the record before. */
  const notErased = ({ key, at }: Reach): TransactWrite => ({
    ConditionCheck: {
      TableName,
      Key: personKey(key),
      ConditionExpression: "attribute_not_exists(pk) OR #state <> :erased OR #until <= :at",
      ExpressionAttributeNames: { "#state": "state", "#until": "until" },
      ExpressionAttributeValues: { ":erased": "erased", ":at": at },
    },
  });

  /** Rows for new roles, or for all if the record must last longer; none for roles that were lost. */
  function members(key: string, before: Reach | undefined, after: Reach | undefined): TransactWrite[] {
    const had = before?.roles ?? [];
    const has = after?.roles ?? [];
    const written = before?.at === after?.at ? has.filter((role) => !had.includes(role)) : has;
    const expiry = after ? kept.reach(after) : {};
    return [
      ...written.map((role) => ({ Put: { TableName, Item: { ...memberKey(role, key), ...expiry } } })),
      ...had
        .filter((role) => !has.includes(role))
        .map((role) => ({ Delete: { TableName, Key: memberKey(role, key) } })),
    ];
  }

  return {
    async read(key) {
      const row = await readRow(table, reachKey(key));
      return row && recordIn<Reach>(row);
    },

    async replace(before, after) {
      const key = (after ?? before)?.key;
      if (key === undefined) return true;
      const TransactItems = [
        record(key, before, after),
        ...(after ? [notErased(after)] : []),
        ...members(key, before, after),
      ];
      const result = await writeOutcome(transactWriteItems(table.dynamodb, { TransactItems }));
      return result.outcome === "written";
    },

    /** One page of a query. */
    async withRole(role, limit) {
      const { Items = [] } = await query(table.dynamodb, {
        TableName,
        KeyConditionExpression: "pk = :pk",
        ProjectionExpression: "sk",
        ExpressionAttributeValues: { ":pk": rolePartition(role) },
        Limit: limit,
      });
      return Items.map(({ sk }) => sk as string);
    },
  };
}
