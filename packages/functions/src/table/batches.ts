import { batchGetItem, batchWriteItem, type DynamoDb } from "../aws/dynamodb/dynamodb.ts";
import { ServiceError } from "../aws/json/service.ts";
import type { Key } from "./keys.ts";
import type { Row, Table } from "./table.ts";

const KEYS_A_READ = 100;
const DELETES_A_WRITE = 25;
const MAX_TRIES = 8;
const FIRST_PAUSE_MS = 25;

/** Reads one row by key, strongly, together with all reads of the same turn. */
export const readRow = async (table: Table, key: Key): Promise<Row | undefined> =>
  (await readRows(table, [key]))[0];

/**
 * Reads rows by key, strongly, in the order of the given keys; missing rows are left out. All reads of a table within one
 * turn of the event loop become one call with each key once. Callers that ask for the same key share one row, and nobody
 * may change it. If DynamoDB refuses a call as invalid, it is repeated for each caller alone, so that one caller's bad
 * key fails only that caller.
 */
export function readRows(table: Table, keys: readonly Key[]): Promise<Row[]> {
  if (keys.length === 0) return Promise.resolve([]);
  return new Promise((resolve, reject) => {
    askersOf(table).push({ keys: byName(keys), resolve, reject });
  });
}

interface Asker {
  readonly keys: ReadonlyMap<string, Key>;
  resolve(rows: Row[]): void;
  reject(error: unknown): void;
}

/** The reads of this turn, by client and table. */
const askers = new WeakMap<DynamoDb, Map<string, Asker[]>>();

function askersOf(table: Table): Asker[] {
  const { dynamodb, name } = table;
  const byTable = askers.get(dynamodb) ?? new Map<string, Asker[]>();
  askers.set(dynamodb, byTable);
  let asking = byTable.get(name);
  if (!asking) {
    const first: Asker[] = [];
    asking = first;
    byTable.set(name, first);
    // Runs after all promises of this turn that are settled, and the reads that they start.
    void Promise.resolve().then(() =>
      process.nextTick(() => {
        byTable.delete(name);
        void readTogether(table, first);
      }),
    );
  }
  return asking;
}

async function readTogether(table: Table, together: readonly Asker[]): Promise<void> {
  try {
    const keys = new Map(together.flatMap((asker) => [...asker.keys]));
    const rows = await readAll(table, [...keys.values()]);
    for (const asker of together)
      asker.resolve([...asker.keys.keys()].map((name) => rows.get(name)).filter((row) => row !== undefined));
  } catch (error) {
    const isInvalid = error instanceof ServiceError && error.name === "ValidationException";
    if (isInvalid && together.length > 1) for (const asker of together) void readTogether(table, [asker]);
    else for (const asker of together) asker.reject(error);
  }
}

async function readAll(table: Table, keys: readonly Key[]): Promise<Map<string, Row>> {
  const rows = new Map<string, Row>();
  const read = (chunk: Key[]) =>
    repeat(table, chunk, async (left) => {
      const { Responses, UnprocessedKeys } = await batchGetItem(table.dynamodb, {
        RequestItems: { [table.name]: { Keys: left.map(keyOf), ConsistentRead: true } },
      });
      for (const row of Responses[table.name] ?? []) rows.set(nameOf(row as unknown as Key), row);
      return (UnprocessedKeys[table.name]?.Keys ?? []) as unknown as Key[];
    });
  await Promise.all([...chunks(keys, KEYS_A_READ)].map(read));
  return rows;
}

const nameOf = ({ pk, sk }: Key): string => `${pk}\n${sk}`;

const byName = (keys: readonly Key[]): Map<string, Key> => new Map(keys.map((key) => [nameOf(key), key]));

/** A row can be passed as its key. */
const keyOf = ({ pk, sk }: Key): Key => ({ pk, sk });

/** Deletes rows by key; idempotent. */
export async function deleteRows(table: Table, keys: readonly Key[]): Promise<void> {
  for (const chunk of chunks(keys, DELETES_A_WRITE))
    await repeat(table, chunk, async (left) => {
      const requests = left.map((key) => ({ DeleteRequest: { Key: keyOf(key) } }));
      const { UnprocessedItems } = await batchWriteItem(table.dynamodb, {
        RequestItems: { [table.name]: requests },
      });
      return (UnprocessedItems[table.name] ?? []).flatMap((write) =>
        "DeleteRequest" in write ? [write.DeleteRequest.Key as Key] : [],
      );
    });
}

/** A busy table may do only a part of a batch: the rest is retried, with pauses that double. */
async function repeat(table: Table, keys: Key[], send: (left: Key[]) => Promise<Key[]>): Promise<void> {
  let left = await send(keys);
  for (let tries = 1; left.length > 0; tries++) {
    if (tries === MAX_TRIES) throw new Error(`the table left ${left.length} rows of a batch undone`);
    await table.clock.wait(FIRST_PAUSE_MS * 2 ** (tries - 1));
    left = await send(left);
  }
}

function* chunks<T>(all: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}
