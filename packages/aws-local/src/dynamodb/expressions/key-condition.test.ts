import { expect, it } from "vitest";
import { expressions } from "./index.ts";
import type { KeyConditionPart } from "./key-condition.ts";

const values = { ":p": { S: "p" }, ":c": { N: "3" }, ":d": { N: "7" } };

function partsOf(text: string): readonly KeyConditionPart[] {
  const used = Object.entries(values).filter(([placeholder]) => text.includes(placeholder));
  const ExpressionAttributeValues = used.length > 0 ? Object.fromEntries(used) : undefined;
  return expressions({ ExpressionAttributeValues }).keyCondition(text).parts;
}

const p: KeyConditionPart = { attribute: "p", op: "=", value: { S: "p" } };

it.each<[string, KeyConditionPart[]]>([
  ["p = :p", [p]],
  ["(p = :p)", [p]],
  [":p = p AND :c < c", [p, { attribute: "c", op: ">", value: { N: "3" } }]],
  ["((c >= :c) AND (p = :p))", [{ attribute: "c", op: ">=", value: { N: "3" } }, p]],
  ["p=:p AnD c BeTwEeN :c aNd :d", [p, { attribute: "c", op: "between", low: { N: "3" }, high: { N: "7" } }]],
  ["begins_with(c, :p) and p = :p", [{ attribute: "c", op: "begins_with", prefix: { S: "p" } }, p]],
])("splits %s by key", (text, parts) => {
  expect(partsOf(text)).toEqual(parts);
});

it.each([
  ["c = :c OR p = :p", "Invalid operator used in KeyConditionExpression: OR"],
  ["NOT c = :c", "Invalid operator used in KeyConditionExpression: NOT"],
  ["c IN (:c)", "Invalid operator used in KeyConditionExpression: IN"],
  ["c <> :c", "Invalid operator used in KeyConditionExpression: <>"],
  ["p = :p AND attribute_exists(c)", "Invalid operator used in KeyConditionExpression: attribute_exists"],
  ["p = :p AND contains(c, :c)", "Invalid operator used in KeyConditionExpression: contains"],
  ["size(c) = :c", "KeyConditionExpressions cannot contain nested operations"],
  ["p = :p AND c.d = :c", "KeyConditionExpressions cannot have conditions on nested attributes"],
  ["p = :p AND p = :p", "KeyConditionExpressions must only contain one condition per key"],
  ["p = c", "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"],
  [":c = :d", "Invalid condition in KeyConditionExpression: No key attribute specified"],
  [
    ":c BETWEEN c AND :d",
    "Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first operand",
  ],
  [
    "begins_with(:p, c)",
    "Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its first operand",
  ],
  [
    "c BETWEEN :d AND :c",
    "Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:7}, upper bound operand: AttributeValue: {N:3}",
  ],
  [
    "begins_with(c, :c)",
    "Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N",
  ],
  ["", "Invalid KeyConditionExpression: The expression can not be empty;"],
])("refuses %s", (text, message) => {
  expect(() => partsOf(text)).toThrow(expect.objectContaining({ code: "ValidationException", message }));
});
