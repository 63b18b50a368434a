import type { RequestId } from "@callboard/protocol";
import { type QueryInput, query } from "../aws/dynamodb/dynamodb.ts";
import { indexes } from "./definition.ts";
import { requestIdOf } from "./keys.ts";
import type { Row, Table } from "./table.ts";

/** The pages of a query, one call each. */
export async function* queryPages(
  table: Table,
  asked: Omit<QueryInput, "TableName" | "ExclusiveStartKey">,
): AsyncGenerator<Row[]> {
  let start: Record<string, unknown> | undefined;
  do {
    const page = await query(table.dynamodb, {
      ...asked,
      TableName: table.name,
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    });
    yield page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}

/** All rows of a partition whose sort key begins with `prefix`, in order, read strongly. */
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

/** Requests with a row for a name in `byPrincipal`, page by page; a request comes once for each such row. */
export async function* requestsUnder(table: Table, name: string): AsyncGenerator<RequestId> {
  const pages = queryPages(table, {
    IndexName: indexes.byPrincipal,
    KeyConditionExpression: "principal = :principal",
    ExpressionAttributeValues: { ":principal": name },
  });
  for await (const page of pages) for (const row of page) yield requestIdOf(row.pk as string);
}
