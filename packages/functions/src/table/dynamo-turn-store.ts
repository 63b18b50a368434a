import type { Asking, RequestStore, TurnStore } from "@callboard/core";
import { readRow } from "./batches.ts";
import { dynamoRequestStore } from "./dynamo-request-store.ts";
import { type Key, turnDetailKey } from "./keys.ts";
import { lifetimes } from "./lifetimes.ts";
import type { Row, Table } from "./table.ts";

/** Requests in DynamoDB, of which those to plugins have a row with what the plugin is told. */
export function dynamoTurnStore(table: Table): {
  readonly requests: RequestStore;
  readonly turns: TurnStore;
} {
  const kept = lifetimes(table);

  /** JSON text, since a detail may hold what DynamoDB's maps refuse. */
  const rowOf = ({ request, detail }: Asking): (Row & Key)[] =>
    detail
      ? [{ ...turnDetailKey(request.id), detail: JSON.stringify(detail), ...kept.request(request) }]
      : [];

  return {
    requests: dynamoRequestStore(table, rowOf),
    turns: {
      async detail(id) {
        const row = await readRow(table, turnDetailKey(id));
        return row && JSON.parse(row.detail as string);
      },
    },
  };
}
