import { QueryCommand, type QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import type { Row, Table } from "./table.ts";

/** The pages of a query, a call each. */
export async function* queryPages(
  table: Table,
  query: Omit<QueryCommandInput, "TableName" | "ExclusiveStartKey">,
): AsyncGenerator<Row[]> {
  let start: Record<string, unknown> | undefined;
  do {
    const page = await table.documents.send(
      new QueryCommand({
        ...query,
        TableName: table.name,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    yield page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}
