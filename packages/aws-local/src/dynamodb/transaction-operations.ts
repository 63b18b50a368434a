import type { Clock } from "../clock/clock.ts";
import { AwsError } from "../endpoint/aws-json.ts";
import type { Key, Store, View, Write } from "../store/store.ts";
import { textOfKey } from "./batch-operations.ts";
import { type Consumption, consumedOfAll, readUnits, reportedIn } from "./capacity.ts";
import type { Catalogue } from "./catalogue.ts";
import { type Change, type Changed, decide, readCheck, readDelete, readPut, readUpdate } from "./change.ts";
import { collectionOf, readProjection, reportsIn } from "./item-operations.ts";
import { itemKey, readKey, UnfitItem } from "./keys.ts";
import { type Input, invalid, structureIn, structuresIn, textIn, textOf, violates } from "./request.ts";
import type { StoredItem } from "./rows.ts";
import { forget, hashOf, remember, wasMade } from "./tokens.ts";
import { type Item, itemBytes } from "./values.ts";

const MAX_ACTIONS = 100;
const MAX_BYTES = 4 * 1_024 * 1_024;
/** After this many transactions, some expired tokens are deleted. */
const FORGET_EVERY = 64;

/** Why an action cancelled its transaction; `None`: it did not. */
interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Item;
}

export interface TransactionContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly tables: Catalogue;
}

/** The operations on several items with all-or-nothing effect. */
export function transactionOperations({ store, clock, tables }: TransactionContext) {
  let made = 0;

  return {
    /** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html */
    async TransactGetItems(input: Input) {
      const reported = reportedIn(input);
      const gets = readActions(input, (action) => {
        const get = structureIn(action, "Get");
        const table = tables.of(get);
        return { table, projection: readProjection(get), key: itemKey(table, readKey(table, get.Key)) };
      });
      refuseTwice(gets.map(({ key }) => key));
      const found = gets.map(({ key }) => store.get<StoredItem>(key));
      if (found.reduce((sum, stored) => sum + (stored?.[0] ?? 0), 0) > MAX_BYTES)
        throw invalid("Collection size of all items in the transaction exceeds 4 MB");
      const consumptions = gets.map(
        ({ table }, at): Consumption => ({
          table,
          units: 2 * readUnits(found[at]?.[0] ?? 0, true),
        }),
      );
      return {
        Responses: found.map((stored, at) => {
          const { projection } = gets[at]!;
          return stored ? { Item: projection ? projection.of(stored[1]) : stored[1] } : {};
        }),
        ...consumedOfAll(reported, consumptions, "ReadCapacityUnits"),
      };
    },

    /** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
    async TransactWriteItems(input: Input) {
      const { capacity, collections } = reportsIn(input);
      const token = tokenIn(input);
      const actions = readActions(input, (action) => readAction(tables, action));
      if (actions.reduce((sum, { bytes }) => sum + bytes, 0) > MAX_BYTES)
        throw invalid("Transaction payload size cannot exceed 4 MB");
      const changes = actions.map(({ change }) => change);
      refuseTwice(changes.map(({ storeKey }) => storeKey));
      const transaction = token === undefined ? "" : hashOf(input.TransactItems);
      const now = clock.now();
      const forgets = token !== undefined && ++made % FORGET_EVERY === 0;
      const outcome = await store.commit((view) => {
        if (token !== undefined && wasMade(view, token, transaction, now))
          return { writes: [], value: undefined };
        const value = decideAll(view, changes);
        const writes: Write[] = value.flatMap((changed) => changed.writes);
        if (token !== undefined) writes.push(...remember(view, token, transaction, now));
        if (forgets) writes.unshift(...forget(view, now, 2 * FORGET_EVERY));
        return { writes, value };
      });
      const kind = outcome ? "WriteCapacityUnits" : "ReadCapacityUnits";
      return {
        ...(capacity === "NONE"
          ? {}
          : consumedOfAll(capacity, consumptionsOf(store, changes, outcome), kind)),
        ...(collections ? collectionsOf(changes) : {}),
      };
    },
  };
}

/** Reads the actions in order. The first key or item that its table cannot hold cancels the transaction. */
function readActions<T>(input: Input, read: (action: Input) => T): readonly T[] {
  const actions = structuresIn(input, "TransactItems", { most: MAX_ACTIONS });
  return actions.map((action, at) => {
    try {
      return read(action);
    } catch (cause) {
      if (!(cause instanceof UnfitItem)) throw cause;
      throw cancelled(actions.map((_, other) => (other === at ? reasonOf(cause) : MADE)));
    }
  });
}

function tokenIn(input: Input): string | undefined {
  const token = textOf(input, "ClientRequestToken");
  if (token !== undefined && (token.length < 1 || token.length > 36))
    throw violates("ClientRequestToken", token, "Member must have length from 1 to 36");
  return token;
}

const READ = { Put: readPut, Update: readUpdate, Delete: readDelete, ConditionCheck: readCheck };

/** An action, and its size in bytes: a put's item, else a key and the values of expressions. */
function readAction(tables: Catalogue, action: Input): { readonly change: Change; readonly bytes: number } {
  const kinds = (Object.keys(READ) as (keyof typeof READ)[]).filter(
    (kind) => action[kind] !== undefined && action[kind] !== null,
  );
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1)
    throw invalid("TransactItems can only contain one of Check, Put, Update or Delete");
  const input = structureIn(action, kind);
  if (kind === "Update") textIn(input, "UpdateExpression");
  const change = READ[kind](tables, input);
  const { ExpressionAttributeValues: values = {} } = input as { ExpressionAttributeValues?: Item };
  const item = kind === "Put" ? change.after(undefined)?.[0] : undefined;
  return { change, bytes: item ?? itemBytes(change.key) + itemBytes(values) };
}

function refuseTwice(keys: readonly Key[]): void {
  if (new Set(keys.map(textOfKey)).size < keys.length)
    throw invalid("Transaction request cannot include multiple operations on one item");
}

/** Decides every action on the state before the transaction. Throws `TransactionCanceledException` unless all succeed. */
function decideAll(view: View, changes: readonly Change[]): readonly Changed[] {
  const reasons: Reason[] = [];
  const made: Changed[] = [];
  for (const change of changes) {
    try {
      made.push(decide(view, change));
      reasons.push(MADE);
    } catch (cause) {
      reasons.push(reasonOf(cause));
    }
  }
  if (made.length < changes.length) throw cancelled(reasons);
  return made;
}

const MADE: Reason = { Code: "None" };

function cancelled(reasons: readonly Reason[]): AwsError {
  const codes = reasons.map(({ Code }) => Code).join(", ");
  return new AwsError(
    "TransactionCanceledException",
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    400,
    { CancellationReasons: reasons },
  );
}

function reasonOf(cause: unknown): Reason {
  if (!(cause instanceof AwsError)) throw cause;
  const { code, message, fields } = cause;
  if (code === "ConditionalCheckFailedException")
    return { Code: "ConditionalCheckFailed", Message: message, ...fields };
  if (code === "ValidationException") return { Code: "ValidationError", Message: message };
  throw cause;
}

/**
 * A transaction prepares and commits each item, so a write takes twice the units; its indexes are updated once
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-capacity-handling).
 * A repeated transaction only reads its items.
 */
function consumptionsOf(
  view: View,
  changes: readonly Change[],
  made: readonly Changed[] | undefined,
): Consumption[] {
  return changes.map(({ table, storeKey }, at) => {
    const changed = made?.[at];
    if (!changed) return { table, units: 2 * readUnits(view.get<StoredItem>(storeKey)?.[0] ?? 0, true) };
    return { table, units: 2 * changed.units, indexUnits: changed.indexUnits };
  });
}

function collectionsOf(changes: readonly Change[]): object {
  const byTable = new Map<string, object[]>();
  for (const { table, key } of changes) {
    if (!table.hasLocalIndexes) continue;
    byTable.set(table.name, [...(byTable.get(table.name) ?? []), collectionOf(table, key)]);
  }
  return byTable.size > 0 ? { ItemCollectionMetrics: Object.fromEntries(byTable) } : {};
}
