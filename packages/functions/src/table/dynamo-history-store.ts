import type { HistoryRow, HistoryStore } from "@callboard/core";
import { putItem } from "../aws/dynamodb/dynamodb.ts";
import { TTL } from "./definition.ts";
import { historyKey, historyPartition } from "./keys.ts";
import { lifetimes } from "./lifetimes.ts";
import { queryPages } from "./queries.ts";
import type { Row, Table } from "./table.ts";

/** The history of subjects, in DynamoDB: one partition for each subject, with rows ordered by time. */
export const dynamoHistoryStore = (table: Table): HistoryStore => ({
  ...dynamoHistoryRows(table),
  async page(subject, limit, before) {
    const now = table.clock.now();
    const pages = queryPages(table, {
      ConsistentRead: true,
      ScanIndexForward: false,
      KeyConditionExpression: `pk = :pk${before === undefined ? "" : " AND sk < :before"}`,
      ExpressionAttributeValues: {
        ":pk": historyPartition(subject),
        ...(before === undefined ? {} : { ":before": before }),
      },
      Limit: limit + 1,
    });
    const rows: HistoryRow[] = [];
    for await (const page of pages) {
      rows.push(...page.filter((row) => (row[TTL] as number) * 1000 > now).map(rowOf));
      if (rows.length > limit) break;
    }
    return { rows: rows.slice(0, limit), more: rows.length > limit };
  },
});

/** The part that functions which write histories have. */
export const dynamoHistoryRows = (table: Table): Pick<HistoryStore, "add"> => ({
  /** One unconditional put each: the same row again changes nothing. */
  async add(subject, rows) {
    const expiry = { [TTL]: lifetimes(table).history(table.clock.now()) };
    const put = ({ id, ...row }: HistoryRow) =>
      putItem(table.dynamodb, {
        TableName: table.name,
        Item: { ...historyKey(subject, id), row: JSON.stringify(row), ...expiry },
      });
    await Promise.all(rows.map(put));
  },
});

const rowOf = ({ sk, row }: Row): HistoryRow => ({
  id: sk as string,
  ...(JSON.parse(row as string) as Omit<HistoryRow, "id">),
});
