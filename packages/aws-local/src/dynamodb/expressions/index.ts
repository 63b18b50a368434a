import type { AttributeValue, Item } from "../values.ts";

/** The expressions of one request, which share its names and values. */
export interface Expressions {
  condition(text: string, of: "ConditionExpression" | "FilterExpression"): Condition;
  update(text: string): Update;
  projection(text: string): Projection;
  keyCondition(text: string): KeyCondition;
  /** Call once all expressions of the request are parsed: refuses unused names and values, and those without any expression. */
  finish(): void;
}

/** A condition or a filter. */
export interface Condition {
  test(item: Item | undefined): boolean;
  /** Top-level attributes that it names. */
  readonly attributes: ReadonlySet<string>;
}

/** The parts of an item that a read answers. */
export interface Projection {
  of(item: Item): Item;
  readonly attributes: ReadonlySet<string>;
}

/** What an update does to an item. */
export interface Update {
  /** The item after it. Throws `ValidationException` (a wrong operand type, a missing path). */
  apply(item: Item): Item;
  /** What the update names, out of an item: for UPDATED_OLD and UPDATED_NEW. */
  touched(item: Item): Item;
  /** Top-level attributes that it changes. */
  readonly attributes: ReadonlySet<string>;
}

/** Conditions on one or two attributes, as parsed. */
export interface KeyCondition {
  readonly parts: readonly KeyConditionPart[];
}

/** What a key condition asks of one attribute. */
export type KeyConditionPart = { readonly attribute: string } & (
  | { readonly op: "=" | "<" | "<=" | ">" | ">="; readonly value: AttributeValue }
  | { readonly op: "between"; readonly low: AttributeValue; readonly high: AttributeValue }
  | { readonly op: "begins_with"; readonly prefix: AttributeValue }
);

export function expressions(_input: {
  ExpressionAttributeNames?: unknown;
  ExpressionAttributeValues?: unknown;
}): Expressions {
  throw new Error("to come");
}
