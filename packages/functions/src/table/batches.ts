import { BatchGetCommand, BatchWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { Key } from "./keys.ts";
import type { Row, Table } from "./table.ts";

const KEYS_A_READ = 100;
const DELETES_A_WRITE = 25;
const MOST_TRIES = 8;
const FIRST_PAUSE_MS = 25;

/** Reads rows by key, or these attributes of them, strongly, in no particular order; those that do not exist are left out. */
export async function readRows(table: Table, keys: readonly Key[], attributes?: string): Promise<Row[]> {
  const wanted = {
    ConsistentRead: true,
    ...(attributes === undefined ? {} : { ProjectionExpression: attributes }),
  };
  const distinct = [...new Map(keys.map((key) => [`${key.pk}\n${key.sk}`, key])).values()];
  const rows: Row[] = [];
  for (const chunk of chunks(distinct, KEYS_A_READ))
    await repeat(table, chunk, async (left) => {
      const answer = await table.documents.send(
        new BatchGetCommand({ RequestItems: { [table.name]: { Keys: left, ...wanted } } }),
      );
      rows.push(...(answer.Responses?.[table.name] ?? []));
      return (answer.UnprocessedKeys?.[table.name]?.Keys ?? []) as Key[];
    });
  return rows;
}

/** Deletes rows by key; idempotent. */
export async function deleteRows(table: Table, keys: readonly Key[]): Promise<void> {
  for (const chunk of chunks(keys, DELETES_A_WRITE))
    await repeat(table, chunk, async (left) => {
      const requests = left.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } }));
      const answer = await table.documents.send(
        new BatchWriteCommand({ RequestItems: { [table.name]: requests } }),
      );
      return (answer.UnprocessedItems?.[table.name] ?? []).map(
        ({ DeleteRequest }) => DeleteRequest?.Key as Key,
      );
    });
}

/** A batch may be done in part when the table is busy: the rest is tried again, after doubling pauses. */
async function repeat(table: Table, keys: Key[], send: (left: Key[]) => Promise<Key[]>): Promise<void> {
  let left = await send(keys);
  for (let tries = 1; left.length > 0; tries++) {
    if (tries === MOST_TRIES) throw new Error(`the table left ${left.length} rows of a batch undone`);
    await table.clock.wait(FIRST_PAUSE_MS * 2 ** (tries - 1));
    left = await send(left);
  }
}

function* chunks<T>(all: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}
