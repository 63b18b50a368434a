import type { NoticeRecord, NoticeStore, Turn } from "@callboard/core";
import type { RequestId } from "@callboard/protocol";
import { putItem, type TransactWrite, transactWriteItems } from "../aws/dynamodb/dynamodb.ts";
import { deleteRows, readRow, readRows } from "./batches.ts";
import { type Key, noticeRowKey, sortPrefix, turnKey } from "./keys.ts";
import { lifetimes } from "./lifetimes.ts";
import { queryPrefix } from "./queries.ts";
import { type Row, recordIn, type Table } from "./table.ts";
import { writeOutcome } from "./write-outcome.ts";

/** What people were notified of, in DynamoDB: a person's turn, and a row for each question, in one partition. */
export function dynamoNoticeStore(table: Table): NoticeStore {
  const TableName = table.name;
  const kept = lifetimes(table);

  const turnRow = (turn: Turn): Row & Key => ({
    ...turnKey(turn.key),
    ...turn,
    ...kept.turn(table.clock.now()),
  });

  return {
    async turn(key) {
      const row = await readRow(table, turnKey(key));
      return row && recordIn<Turn>(row);
    },

    async records(key, ids) {
      const rows = await readRows(
        table,
        ids.map((id) => noticeRowKey(key, id)),
      );
      return new Map(rows.map((row) => [row.requestId as RequestId, recordIn<NoticeRecord>(row)]));
    },

    /**
     * One put. It succeeds if the turn was not written since it was read. A failed condition returns the row: if it has
     * this write's `by`, the write was made before and its answer was lost.
     */
    async claim(before, after) {
      const result = await writeOutcome(
        putItem(table.dynamodb, {
          TableName,
          Item: turnRow(after),
          ...(before
            ? { ConditionExpression: "rev = :rev", ExpressionAttributeValues: { ":rev": before.rev } }
            : { ConditionExpression: "attribute_not_exists(pk)" }),
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        }),
      );
      if (result.outcome === "written") return true;
      const row = result.outcome === "condition_failed" ? result.failed.get(0) : undefined;
      return row?.by === after.by && row.rev === after.rev;
    },

    /** One transaction. It succeeds if the turn is still as it was taken. */
    async settle(claimed, after, records) {
      const turn: TransactWrite = {
        Put: {
          TableName,
          Item: turnRow(after),
          ConditionExpression: "rev = :rev AND #by = :by",
          ExpressionAttributeNames: { "#by": "by" },
          ExpressionAttributeValues: { ":rev": claimed.rev, ":by": claimed.by },
        },
      };
      const rows = records.map(
        (one): TransactWrite => ({
          Put: {
            TableName,
            Item: {
              ...noticeRowKey(claimed.key, one.record.requestId),
              ...one.record,
              ...kept.told(one.request),
            },
          },
        }),
      );
      const result = await writeOutcome(
        transactWriteItems(table.dynamodb, { TransactItems: [turn, ...rows] }),
      );
      return result.outcome === "written";
    },

    /** The turn is deleted first: a holder of it can then write nothing more. */
    async forget(key) {
      const own = turnKey(key);
      await deleteRows(table, [own]);
      const rest = await queryPrefix(table, own.pk, sortPrefix.toldOf);
      await deleteRows(table, rest as unknown as Key[]);
      return rest.length;
    },
  };
}
