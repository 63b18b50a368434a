import type { DueKind, DueStore } from "@callboard/core";
import { query } from "../aws/dynamodb/dynamodb.ts";
import { readRows } from "./batches.ts";
import { indexes } from "./definition.ts";
import { dueKey, duePartitionKey, dueThingOf } from "./keys.ts";
import type { Table } from "./table.ts";

/** What is due, in DynamoDB: one sparse index of rows with `duePk` and `due`. */
export function dynamoDueStore(table: Table): DueStore {
  const partitionOf = (kind: DueKind, partition: number) => ({
    TableName: table.name,
    IndexName: indexes.due,
    ExpressionAttributeValues: { ":partition": duePartitionKey(kind, partition) },
  });
  return {
    async due(kind, partition, until, limit, after) {
      const { ExpressionAttributeValues: values, ...index } = partitionOf(kind, partition);
      const { Items = [] } = await query(table.dynamodb, {
        ...index,
        KeyConditionExpression: "duePk = :partition AND due <= :until",
        ExpressionAttributeValues: { ...values, ":until": until },
        Limit: limit,
        ...(after
          ? { ExclusiveStartKey: { ...dueKey(after), duePk: values[":partition"], due: after.at } }
          : {}),
      });
      return Items.map((row) => ({ ...dueThingOf(row.pk as string), at: row.due as number }));
    },

    async read(dues) {
      const rows = await readRows(table, dues.map(dueKey));
      return rows.map(({ pk, due, version }) => ({
        ...dueThingOf(pk as string),
        ...(due === undefined ? {} : { due: due as number }),
        ...(version === undefined ? {} : { version: version as number }),
      }));
    },

    /** One page of the index, which has about ten thousand entries. */
    async waiting(partition) {
      const { Count = 0 } = await query(table.dynamodb, {
        ...partitionOf("request", partition),
        Select: "COUNT",
        KeyConditionExpression: "duePk = :partition",
      });
      return Count;
    },
  };
}
