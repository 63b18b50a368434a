import { queryPages } from "./query-pages.ts";
import type { Row, Table } from "./table.ts";

/** Every row of a partition whose sort key begins with `prefix`, in order, read strongly. */
export async function queryPrefix(table: Table, pk: string, prefix: string): Promise<Row[]> {
  const pages = queryPages(table, {
    ConsistentRead: true,
    KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
    ExpressionAttributeValues: { ":pk": pk, ":prefix": prefix },
  });
  const rows: Row[] = [];
  for await (const page of pages) rows.push(...page);
  return rows;
}
