import type { TokenVault } from "@callboard/core";
import { readRows } from "./batches.ts";
import { requestKey, tokenKey } from "./keys.ts";
import { requestOf } from "./request-rows.ts";
import type { Table } from "./table.ts";

/** Task tokens in DynamoDB; they are written with their request, by the request store. */
export function dynamoTokenVault(table: Table): TokenVault {
  return {
    async open(id) {
      const rows = await readRows(table, [requestKey(id), tokenKey(id)]);
      const request = rows.find((row) => row.pk === requestKey(id).pk);
      const token = rows.find((row) => row.pk === tokenKey(id).pk)?.token as string | undefined;
      return request && token !== undefined ? { request: requestOf(request), taskToken: token } : undefined;
    },
  };
}
