import { AwsError } from "../../endpoint/aws-json.ts";
import type { AttributeValue } from "../values.ts";
import { bindCondition, bindOperand, type Operand } from "./condition.ts";
import type { ExpressionName } from "./lexer.ts";
import type { Placeholders } from "./placeholders.ts";
import type { Comparator, ConditionNode, OperandNode } from "./syntax.ts";

/** Parsed conditions on one or more attributes, at most one for each. */
export interface KeyCondition {
  readonly parts: readonly KeyConditionPart[];
}

/** The condition on one attribute. */
export type KeyConditionPart = { readonly attribute: string } & (
  | { readonly op: "=" | "<" | "<=" | ">" | ">="; readonly value: AttributeValue }
  | { readonly op: "between"; readonly low: AttributeValue; readonly high: AttributeValue }
  | { readonly op: "begins_with"; readonly prefix: AttributeValue }
);

type Ordering = Exclude<Comparator, "<>">;

const MIRRORED: Readonly<Record<Ordering, Ordering>> = {
  "=": "=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

/**
 * Inserts a request's names and values into a parsed key condition, and splits it by attribute. Throws if there is more
 * than one condition on an attribute, or one that keys do not support:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
 */
export function bindKeyCondition(
  node: ConditionNode,
  expression: ExpressionName,
  placeholders: Placeholders,
): KeyCondition {
  // Names, values and types are checked as in any condition.
  bindCondition(node, expression, placeholders);
  const parts = partsOf(node, (operand) => bindOperand(operand, expression, placeholders, []));
  const attributes = parts.map(({ attribute }) => attribute);
  if (new Set(attributes).size < attributes.length) {
    throw invalid("KeyConditionExpressions must only contain one condition per key");
  }
  return { parts };
}

function partsOf(node: ConditionNode, bind: (operand: OperandNode) => Operand): KeyConditionPart[] {
  switch (node.kind) {
    case "and":
      return [...partsOf(node.left, bind), ...partsOf(node.right, bind)];
    case "or":
    case "not":
    case "in":
      throw unsupported(node.kind.toUpperCase());
    case "compare": {
      if (node.comparator === "<>") throw unsupported("<>");
      const { attribute, at, others } = operandsOf([node.left, node.right], bind);
      const op = at === 0 ? node.comparator : MIRRORED[node.comparator];
      return [{ attribute, op, value: others[0]! }];
    }
    case "between": {
      if (node.of.kind !== "path") throw wrongFirst("BETWEEN");
      const { attribute, others } = operandsOf([node.of, node.low, node.high], bind);
      return [{ attribute, op: "between", low: others[0]!, high: others[1]! }];
    }
    case "call": {
      if (node.name !== "begins_with") throw unsupported(node.name);
      if (node.operands[0]!.kind !== "path") throw wrongFirst(node.name);
      const { attribute, others } = operandsOf(node.operands, bind);
      return [{ attribute, op: "begins_with", prefix: others[0]! }];
    }
  }
}

/** The only attribute among the operands, its position, and the other operands' values. */
function operandsOf(
  nodes: readonly OperandNode[],
  bind: (operand: OperandNode) => Operand,
): { attribute: string; at: number; others: AttributeValue[] } {
  if (nodes.some(({ kind }) => kind === "call")) {
    throw invalid("KeyConditionExpressions cannot contain nested operations");
  }
  const operands = nodes.map(bind);
  const paths = operands.flatMap(({ path }) => (path ? [path] : []));
  if (paths.length > 1) throw invalidCondition("Multiple attribute names used in one condition");
  const [path] = paths;
  if (!path) throw invalidCondition("No key attribute specified");
  if (path.length > 1) throw invalid("KeyConditionExpressions cannot have conditions on nested attributes");
  return {
    attribute: path[0] as string,
    at: operands.findIndex((operand) => operand.path),
    others: operands.flatMap(({ value }) => (value ? [value] : [])),
  };
}

const invalid = (message: string) => new AwsError("ValidationException", message);
const unsupported = (operator: string) =>
  invalid(`Invalid operator used in KeyConditionExpression: ${operator}`);
const invalidCondition = (problem: string) =>
  invalid(`Invalid condition in KeyConditionExpression: ${problem}`);
const wrongFirst = (operator: string) =>
  invalidCondition(`${operator} operator must have the key attribute as its first operand`);
