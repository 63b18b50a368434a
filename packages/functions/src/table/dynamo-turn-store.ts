import type { Asking, RequestStore, TurnStore } from "@callboard/core";
import { readRow } from "./batches.ts";
import { dynamoRequestStore } from "./dynamo-request-store.ts";
import { type Key, turnDetailKey } from "./keys.ts";
import { lifetimes } from "./lifetimes.ts";
import type { Row, Table } from "./table.ts";

/** Requests in DynamoDB; those to plugins have one more row, with what the plugin is sent. */
export function dynamoTurnStore(table: Table): {
  readonly requests: RequestStore;
  readonly turns: TurnStore;
} {
  const kept = lifetimes(table);

  /** JSON text, because a detail may hold values that DynamoDB's maps refuse. */
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
