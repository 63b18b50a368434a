import type { RequestId } from "@callboard/protocol";
import { indexes } from "./definition.ts";
import { requestIdOf } from "./keys.ts";
import { queryPages } from "./query-pages.ts";
import type { Table } from "./table.ts";

/** Requests with a row under a name in `byPrincipal`, page by page; one may come as often as it has such rows. */
export async function* requestsUnder(table: Table, name: string): AsyncGenerator<RequestId> {
  const pages = queryPages(table, {
    IndexName: indexes.byPrincipal,
    KeyConditionExpression: "principal = :principal",
    ExpressionAttributeValues: { ":principal": name },
  });
  for await (const page of pages) for (const row of page) yield requestIdOf(row.pk as string);
}
