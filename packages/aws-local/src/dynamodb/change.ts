import { AwsError } from "../endpoint/aws-json.ts";
import type { Key, View } from "../store/store.ts";
import type { Catalogue } from "./catalogue.ts";
import { type Condition, expressions, type Update } from "./expressions/index.ts";
import { checkItemKeys, checkUpdatedKeys, fitting, itemKey, pick, readKey } from "./keys.ts";
import {
  choiceOf,
  type Input,
  invalidParameter,
  refuseLegacy,
  structureIn,
  textIn,
  textOf,
} from "./request.ts";
import { changeItem, type ItemChange, type StoredItem, sized } from "./rows.ts";
import type { Table } from "./table.ts";
import { type Item, readItem } from "./values.ts";

/** One requested write of one item, alone or within a transaction. */
export interface Change {
  readonly table: Table;
  /** The item's own key. */
  readonly key: Item;
  readonly storeKey: Key;
  readonly condition?: Condition;
  /** Whether a failed condition returns the item. */
  readonly returnsFailed: boolean;
  /** Returns the new item; throws if the update is not possible. */
  readonly after: (before: StoredItem | undefined) => StoredItem | undefined;
  readonly update?: Update;
}

/** The result of a change. */
export interface Changed extends ItemChange {
  readonly before: StoredItem | undefined;
  readonly after: StoredItem | undefined;
}

/** Reads a put: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html */
export function readPut(tables: Catalogue, input: Input): Change {
  const table = tables.of(input);
  const { condition } = readExpressions(input);
  const stored = readStored(table, input);
  return { ...changeOf(table, pick(stored[1], table.keys), input, condition), after: () => stored };
}

/** A put without a condition. */
export function readStored(table: Table, input: Input): StoredItem {
  const item = readItem(structureIn(input, "Item"));
  return fitting(() => {
    for (const name in item) checkName(name);
    checkItemKeys(table, item);
    return sized(item);
  });
}

const MAX_NAME_BYTES = 65_535;

function checkName(name: string): void {
  if (name === "") throw invalidParameter("Empty attribute name");
  if (name.length * 3 > MAX_NAME_BYTES && Buffer.byteLength(name) > MAX_NAME_BYTES)
    throw invalidParameter("Attribute name is too large, must be less than 65536 bytes");
}

/** Reads a deletion: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html */
export function readDelete(tables: Catalogue, input: Input): Change {
  const table = tables.of(input);
  const { condition } = readExpressions(input);
  return { ...changeOf(table, readKey(table, input.Key), input, condition), after: () => undefined };
}

/** Reads a transaction's condition without a change. */
export function readCheck(tables: Catalogue, input: Input): Change {
  const table = tables.of(input);
  textIn(input, "ConditionExpression");
  const { condition } = readExpressions(input);
  return { ...changeOf(table, readKey(table, input.Key), input, condition), after: (before) => before };
}

/**
 * Reads an update: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html.. Within a
 * transaction the expression is required.
 */
export function readUpdate(tables: Catalogue, input: Input): Change {
  const table = tables.of(input);
  const { condition, update } = readExpressions(input, "UpdateExpression");
  const key = readKey(table, input.Key);
  for (const { name } of table.keys)
    if (update?.attributes.has(name))
      throw invalidParameter(`Cannot update attribute ${name}. This attribute is part of the key`);
  const changesIndexes =
    update !== undefined && [...table.indexKeys].some((name) => update.attributes.has(name));
  return {
    ...changeOf(table, key, input, condition),
    ...(update ? { update } : {}),
    after(before) {
      if (!update) return before ?? sized(key);
      if (!before && !update.creates) return undefined;
      const item = update.apply(before ? before[1] : key);
      if (changesIndexes) checkUpdatedKeys(table, item);
      return sized(item, "Item size to update has exceeded the maximum allowed size");
    },
  };
}

function readExpressions(
  input: Input,
  updating?: "UpdateExpression",
): { condition: Condition | undefined; update: Update | undefined } {
  refuseLegacy(input);
  const given = expressions(input);
  const updateText = updating && textOf(input, updating);
  const conditionText = textOf(input, "ConditionExpression");
  const update = updateText === undefined ? undefined : given.update(updateText);
  const condition =
    conditionText === undefined ? undefined : given.condition(conditionText, "ConditionExpression");
  given.finish(updating ? [updating, "ConditionExpression"] : ["ConditionExpression"]);
  return { condition, update };
}

function changeOf(table: Table, key: Item, input: Input, condition: Condition | undefined) {
  return {
    table,
    key,
    storeKey: itemKey(table, key),
    returnsFailed: choiceOf(input, "ReturnValuesOnConditionCheckFailure", ["NONE", "ALL_OLD"]) === "ALL_OLD",
    ...(condition ? { condition } : {}),
  };
}

/**
 * Decides a change on the current item. Throws `ConditionalCheckFailedException`, with the item if that was requested.
 */
export function decide(view: View, change: Change): Changed {
  const { table, storeKey, condition, returnsFailed } = change;
  const before = view.get<StoredItem>(storeKey);
  if (condition && !condition.test(before?.[1]))
    throw new AwsError(
      "ConditionalCheckFailedException",
      "The conditional request failed",
      400,
      returnsFailed && before ? { Item: before[1] } : {},
    );
  const after = change.after(before);
  return { before, after, ...changeItem(table, storeKey, before, after) };
}
