import {
  type AttributeValue,
  compareValues,
  equalValues,
  type Item,
  isValueType,
  typeOf,
  type ValueType,
} from "../values.ts";
import { type ExpressionName, invalidExpression } from "./lexer.ts";
import { attributesOf, find, type Path, pathText } from "./paths.ts";
import type { Placeholders } from "./placeholders.ts";
import type { CallNode, Comparator, ConditionNode, OperandNode } from "./syntax.ts";

/** A condition or a filter. */
export interface Condition {
  /** Whether it is true for an item, or for a missing one. */
  test(item: Item | undefined): boolean;
  /** Top-level attributes that it uses. */
  readonly attributes: ReadonlySet<string>;
}

type Test = (item: Item) => boolean;

/** The value of an operand in an item; `value` is a constant of the request, `type` is known without an item. */
export interface Operand {
  read(item: Item): AttributeValue | undefined;
  readonly path?: Path;
  readonly value?: AttributeValue;
  readonly type?: ValueType;
}

const MAX_ALTERNATIVES = 100;
const NO_ITEM: Item = {};
const ORDERED: readonly ValueType[] = ["S", "N", "B"];

/** Inserts a request's names and values into a parsed condition; throws DynamoDB's errors about invalid operands. */
export function bindCondition(
  node: ConditionNode,
  expression: ExpressionName,
  placeholders: Placeholders,
): Condition {
  const paths: Path[] = [];
  const test = bind(node, {
    expression,
    operand: (operand) => bindOperand(operand, expression, placeholders, paths),
  });
  return { test: (item) => test(item ?? NO_ITEM), attributes: attributesOf(paths) };
}

interface Binding {
  readonly expression: ExpressionName;
  operand(node: OperandNode): Operand;
}

/** Inserts names and values into an operand, and adds its paths to `paths`. */
export function bindOperand(
  node: OperandNode,
  expression: ExpressionName,
  placeholders: Placeholders,
  paths: Path[],
): Operand {
  if (node.kind === "path") {
    const path = placeholders.path(node, expression);
    paths.push(path);
    return { read: (item) => find(item, path), path };
  }
  if (node.kind === "value") {
    const value = placeholders.value(node, expression);
    return { read: () => value, value, type: typeOf(value) };
  }
  const [of] = node.operands.map((operand) => bindOperand(operand, expression, placeholders, paths));
  checkType(expression, "size", of!, ["S", "B", "SS", "NS", "BS", "L", "M"]);
  return { read: (item) => sizeOf(of!.read(item)), type: "N" };
}

function bind(node: ConditionNode, binding: Binding): Test {
  switch (node.kind) {
    case "and": {
      const left = bind(node.left, binding);
      const right = bind(node.right, binding);
      return (item) => left(item) && right(item);
    }
    case "or": {
      const left = bind(node.left, binding);
      const right = bind(node.right, binding);
      return (item) => left(item) || right(item);
    }
    case "not": {
      const of = bind(node.of, binding);
      return (item) => !of(item);
    }
    case "compare":
      return bindComparison(
        node.comparator,
        binding.operand(node.left),
        binding.operand(node.right),
        binding.expression,
      );
    case "between":
      return bindBetween(
        binding.operand(node.of),
        binding.operand(node.low),
        binding.operand(node.high),
        binding.expression,
      );
    case "in":
      return bindIn(binding.operand(node.of), node.list.map(binding.operand), binding.expression);
    case "call":
      return bindCall(node, node.operands.map(binding.operand), binding.expression);
  }
}

function bindComparison(
  comparator: Comparator,
  left: Operand,
  right: Operand,
  expression: ExpressionName,
): Test {
  checkDistinct(expression, comparator, left, [right]);
  const isEqual: Test = (item) => {
    const a = left.read(item);
    const b = right.read(item);
    return a !== undefined && b !== undefined && equalValues(a, b);
  };
  if (comparator === "=") return isEqual;
  if (comparator === "<>") return (item) => !isEqual(item);
  checkType(expression, comparator, left, ORDERED);
  checkType(expression, comparator, right, ORDERED);
  const holds = HOLDS[comparator];
  return (item) => {
    const order = orderOf(left.read(item), right.read(item));
    return order !== undefined && holds(order);
  };
}

const HOLDS: Readonly<Record<Exclude<Comparator, "=" | "<>">, (order: number) => boolean>> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

function orderOf(a: AttributeValue | undefined, b: AttributeValue | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : compareValues(a, b);
}

function bindBetween(of: Operand, low: Operand, high: Operand, expression: ExpressionName): Test {
  checkDistinct(expression, "BETWEEN", of, [low, high]);
  for (const operand of [of, low, high]) checkType(expression, "BETWEEN", operand, ORDERED);
  if (low.value && high.value) {
    const bounds = `lower bound operand: ${boundText(low.value)}, upper bound operand: ${boundText(high.value)}`;
    if (low.type !== high.type) {
      throw invalidExpression(
        expression,
        `The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`,
      );
    }
    if (compareValues(low.value, high.value)! > 0) {
      throw invalidExpression(
        expression,
        `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`,
      );
    }
  }
  return (item) => {
    const value = of.read(item);
    const fromLow = orderOf(value, low.read(item));
    const fromHigh = orderOf(value, high.read(item));
    return fromLow !== undefined && fromHigh !== undefined && fromLow >= 0 && fromHigh <= 0;
  };
}

function boundText(value: AttributeValue): string {
  if ("B" in value) {
    const bytes = Buffer.from(value.B, "base64").length;
    return `AttributeValue: {B:java.nio.HeapByteBuffer[pos=0 lim=${bytes} cap=${bytes}]}`;
  }
  return `AttributeValue: {${typeOf(value)}:${"N" in value ? value.N : (value as { S: string }).S}}`;
}

function bindIn(of: Operand, list: readonly Operand[], expression: ExpressionName): Test {
  if (list.length > MAX_ALTERNATIVES) {
    throw invalidExpression(
      expression,
      `The IN operator is provided with too many operands; number of operands: ${list.length}`,
    );
  }
  checkDistinct(expression, "IN", of, list);
  return (item) => {
    const value = of.read(item);
    return (
      value !== undefined &&
      list.some((operand) => {
        const other = operand.read(item);
        return other !== undefined && equalValues(value, other);
      })
    );
  };
}

function bindCall({ name }: CallNode, operands: readonly Operand[], expression: ExpressionName): Test {
  const [first, second] = operands as readonly [Operand, Operand];
  if (name === "attribute_exists" || name === "attribute_not_exists") {
    requirePath(expression, name, first);
    const expected = name === "attribute_exists";
    return (item) => (first.read(item) !== undefined) === expected;
  }
  checkDistinct(expression, name, first, [second]);
  if (name === "attribute_type") return bindType(first, second, expression);
  if (name === "begins_with") {
    for (const operand of operands) checkType(expression, name, operand, ["S", "B"]);
  }
  const holds = name === "begins_with" ? beginsWith : contains;
  return (item) => {
    const value = first.read(item);
    const part = second.read(item);
    return value !== undefined && part !== undefined && holds(value, part);
  };
}

function bindType(of: Operand, named: Operand, expression: ExpressionName): Test {
  if (!named.value || !("S" in named.value)) {
    const type = named.type ?? "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}";
    throw wrongType(expression, "attribute_type", type);
  }
  const type = named.value.S;
  if (!isValueType(type)) {
    throw invalidExpression(
      expression,
      `Invalid attribute type name found; type: ${type}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`,
    );
  }
  return (item) => {
    const value = of.read(item);
    return value !== undefined && type in value;
  };
}

function beginsWith(value: AttributeValue, prefix: AttributeValue): boolean {
  if ("S" in value) return "S" in prefix && value.S.startsWith(prefix.S);
  if (!("B" in value && "B" in prefix)) return false;
  const bytes = Buffer.from(prefix.B, "base64");
  return Buffer.from(value.B, "base64").subarray(0, bytes.length).equals(bytes);
}

function contains(value: AttributeValue, part: AttributeValue): boolean {
  if ("S" in value) return "S" in part && value.S.includes(part.S);
  if ("B" in value) {
    return "B" in part && Buffer.from(value.B, "base64").includes(Buffer.from(part.B, "base64"));
  }
  if ("L" in value) return value.L.some((element) => equalValues(element, part));
  if ("SS" in value) return "S" in part && value.SS.includes(part.S);
  if ("NS" in value) return "N" in part && value.NS.includes(part.N);
  return "BS" in value && "B" in part && value.BS.includes(part.B);
}

/** The length of text, the bytes of binary, the number of elements of sets, lists and maps; other types have no size. */
function sizeOf(value: AttributeValue | undefined): AttributeValue | undefined {
  if (value === undefined) return undefined;
  const size = (() => {
    if ("S" in value) return value.S.length;
    if ("B" in value) return Buffer.byteLength(value.B, "base64");
    if ("M" in value) return Object.keys(value.M).length;
    if ("L" in value) return value.L.length;
    if ("SS" in value) return value.SS.length;
    if ("NS" in value) return value.NS.length;
    return "BS" in value ? value.BS.length : undefined;
  })();
  return size === undefined ? undefined : { N: String(size) };
}

/** Throws if an operand is not a document path. */
export function requirePath(expression: ExpressionName, name: string, { path }: Operand): void {
  if (path) return;
  throw invalidExpression(
    expression,
    `Operator or function requires a document path; operator or function: ${name}`,
  );
}

/** Throws if an operand's type is known and not one of these. */
export function checkType(
  expression: ExpressionName,
  name: string,
  { type }: Operand,
  allowed: readonly ValueType[],
): void {
  if (type !== undefined && !allowed.includes(type)) throw wrongType(expression, name, type);
}

const wrongType = (expression: ExpressionName, name: string, type: string) =>
  invalidExpression(
    expression,
    `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`,
  );

function checkDistinct(
  expression: ExpressionName,
  name: string,
  first: Operand,
  others: readonly Operand[],
): void {
  const path = first.path && pathText(first.path);
  if (path === undefined || !others.some((other) => other.path && pathText(other.path) === path)) return;
  throw invalidExpression(
    expression,
    `The first operand must be distinct from the remaining operands for this operator or function; operator: ${name}, first operand: ${path}`,
  );
}
