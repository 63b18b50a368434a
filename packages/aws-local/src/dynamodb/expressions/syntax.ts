import { Cursor, type ExpressionName } from "./lexer.ts";
import { isReserved } from "./reserved-words.ts";

/** An attribute's name, a placeholder for one (`#name`), or a position in a list. */
type Step = { readonly name: string } | { readonly placeholder: string } | { readonly index: number };

/** A document path as written. */
export interface PathNode {
  readonly kind: "path";
  readonly steps: readonly Step[];
}

/** A placeholder for a value (`:value`). */
export interface ValueNode {
  readonly kind: "value";
  readonly placeholder: string;
}

/** A function with its operands. */
export interface CallNode {
  readonly kind: "call";
  readonly name: string;
  readonly operands: readonly OperandNode[];
}

/** An expression with a value. */
export type OperandNode = PathNode | ValueNode | CallNode;

/** A comparison of two values. */
export type Comparator = "=" | "<>" | "<" | "<=" | ">" | ">=";

/** An expression that is true or false. */
export type ConditionNode =
  | CallNode
  | { readonly kind: "and" | "or"; readonly left: ConditionNode; readonly right: ConditionNode }
  | { readonly kind: "not"; readonly of: ConditionNode }
  | {
      readonly kind: "compare";
      readonly comparator: Comparator;
      readonly left: OperandNode;
      readonly right: OperandNode;
    }
  | {
      readonly kind: "between";
      readonly of: OperandNode;
      readonly low: OperandNode;
      readonly high: OperandNode;
    }
  | { readonly kind: "in"; readonly of: OperandNode; readonly list: readonly OperandNode[] };

/** The right side of SET. */
export type AssignedNode =
  | OperandNode
  | {
      readonly kind: "sum";
      readonly operator: "+" | "-";
      readonly left: OperandNode;
      readonly right: OperandNode;
    };

/** One change of an update. */
export type ActionNode =
  | { readonly kind: "SET"; readonly path: PathNode; readonly value: AssignedNode }
  | { readonly kind: "REMOVE"; readonly path: PathNode }
  | { readonly kind: "ADD" | "DELETE"; readonly path: PathNode; readonly value: ValueNode };

/** Functions by name, with the number of their operands. */
type Functions = Readonly<Record<string, number>>;

/** Functions that are conditions. */
const CONDITIONS: Functions = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
};
/** Functions that are operands of conditions. */
const MEASURES: Functions = { size: 1 };
/** Functions that are operands of updates. */
const UPDATES: Functions = { if_not_exists: 2, list_append: 2 };
const FUNCTIONS = [CONDITIONS, MEASURES, UPDATES];

/** Each level needs its own operator, so deeper parentheses can only be redundant. */
const MAX_PARENTHESES_DEPTH = 301;
const HIGHEST_INDEX = 2_147_483_647;

/**
 * Reads a condition, a filter or a key condition:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
export function parseCondition(text: string, name: ExpressionName): ConditionNode {
  const cursor = new Cursor(text, name);
  const condition = conditionOf(cursor, parseOr(cursor, 0));
  cursor.finish();
  checkCondition(cursor, condition);
  return condition;
}

/** Reads an update: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html */
export function parseUpdate(text: string, name: ExpressionName): readonly ActionNode[] {
  const cursor = new Cursor(text, name);
  const actions: ActionNode[] = [];
  const clauses: ActionNode["kind"][] = [];
  do {
    const clause = cursor.take("SET", "REMOVE", "ADD", "DELETE").toUpperCase() as ActionNode["kind"];
    clauses.push(clause);
    actions.push(...parseList(cursor, () => parseAction(cursor, clause)));
  } while (cursor.peek() !== "end");
  for (const action of actions) checkAction(cursor, action);
  const twice = clauses.find((clause, at) => clauses.indexOf(clause) < at);
  if (twice === undefined) return actions;
  throw cursor.problem(`The "${twice}" section can only be used once in an update expression;`);
}

/**
 * Reads a projection:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html
 */
export function parseProjection(text: string, name: ExpressionName): readonly PathNode[] {
  const cursor = new Cursor(text, name);
  const paths = parseList(cursor, () => parsePath(cursor));
  cursor.finish();
  for (const path of paths) checkOperand(cursor, path);
  return paths;
}

/** The result of parsing a test or parentheses: a condition or an operand. A function may be either. */
interface Parsed {
  readonly condition?: ConditionNode;
  readonly operand?: OperandNode;
  readonly inParentheses?: true;
}

function parseOr(cursor: Cursor, depth: number): Parsed {
  return parseChain(cursor, "or", () => parseChain(cursor, "and", () => parseNot(cursor, depth)));
}

function parseChain(cursor: Cursor, kind: "and" | "or", parse: () => Parsed): Parsed {
  let parsed = parse();
  while (cursor.peek() === kind.toUpperCase()) {
    const left = conditionOf(cursor, parsed);
    cursor.take(kind.toUpperCase());
    cursor.count();
    parsed = { condition: { kind, left, right: conditionOf(cursor, parse()) } };
  }
  return parsed;
}

function parseNot(cursor: Cursor, depth: number): Parsed {
  if (!cursor.takeIf("NOT")) return parseTest(cursor, depth);
  cursor.count();
  return { condition: { kind: "not", of: conditionOf(cursor, parseNot(cursor, depth)) } };
}

function parseTest(cursor: Cursor, depth: number): Parsed {
  const parsed = cursor.peek() === "(" ? parseParentheses(cursor, depth) : asParsed(parseOperand(cursor));
  const { operand } = parsed;
  const operator = cursor.peek();
  if (operand === undefined || !(isComparator(operator) || operator === "BETWEEN" || operator === "IN")) {
    return parsed;
  }
  cursor.take(operator);
  cursor.count();
  if (operator === "BETWEEN") {
    const low = parseOperand(cursor);
    cursor.take("AND");
    return { condition: { kind: "between", of: operand, low, high: parseOperand(cursor) } };
  }
  if (operator === "IN") {
    cursor.take("(");
    const list = parseList(cursor, () => parseOperand(cursor));
    cursor.take(")");
    return { condition: { kind: "in", of: operand, list } };
  }
  return { condition: { kind: "compare", comparator: operator, left: operand, right: parseOperand(cursor) } };
}

function parseParentheses(cursor: Cursor, depth: number): Parsed {
  cursor.take("(");
  const inner = depth > MAX_PARENTHESES_DEPTH ? undefined : parseOr(cursor, depth + 1);
  if (inner) cursor.take(")");
  if (!inner || inner.inParentheses) throw redundant(cursor);
  return { ...inner, inParentheses: true };
}

const asParsed = (operand: OperandNode): Parsed =>
  operand.kind === "call" ? { operand, condition: operand } : { operand };

/** If an operand is where a condition must be, the error is at the token after it. */
function conditionOf(cursor: Cursor, { condition }: Parsed): ConditionNode {
  if (condition === undefined) throw cursor.syntaxError();
  return condition;
}

const isComparator = (kind: string): kind is Comparator => /^(?:[<>]=?|<>|=)$/.test(kind);

function parseAction(cursor: Cursor, kind: ActionNode["kind"]): ActionNode {
  const path = parsePath(cursor);
  if (kind === "REMOVE") return { kind, path };
  if (kind === "SET") {
    cursor.take("=");
    return { kind, path, value: parseAssigned(cursor) };
  }
  return { kind, path, value: { kind: "value", placeholder: cursor.take(":value") } };
}

function parseAssigned(cursor: Cursor): AssignedNode {
  let left: AssignedNode;
  if (cursor.takeIf("(")) {
    const isTwice = cursor.peek() === "(";
    if (isTwice && cursor.peek(1) === "(") throw redundant(cursor);
    left = parseAssigned(cursor);
    cursor.take(")");
    if (isTwice && left.kind !== "sum") throw redundant(cursor);
  } else left = parseOperand(cursor);
  const operator = cursor.peek();
  if (left.kind === "sum" || (operator !== "+" && operator !== "-")) return left;
  cursor.take(operator);
  cursor.count();
  return { kind: "sum", operator, left, right: parseOperand(cursor) };
}

function parseOperand(cursor: Cursor): OperandNode {
  if (cursor.takeIf("(")) {
    if (cursor.peek() === "(") throw redundant(cursor);
    const operand = parseOperand(cursor);
    cursor.take(")");
    return operand;
  }
  if (cursor.peek() === ":value") return { kind: "value", placeholder: cursor.take(":value") };
  if (cursor.peek() !== "name" || cursor.peek(1) !== "(") return parsePath(cursor);
  const name = cursor.take("name");
  cursor.count();
  cursor.take("(");
  const operands = parseList(cursor, () => parseOperand(cursor));
  cursor.take(")");
  return { kind: "call", name, operands };
}

function parsePath(cursor: Cursor): PathNode {
  const steps: Step[] = [parseName(cursor)];
  for (;;) {
    if (cursor.takeIf(".")) steps.push(parseName(cursor));
    else if (cursor.takeIf("[")) {
      steps.push({ index: Number(cursor.take("integer")) });
      cursor.take("]");
    } else return { kind: "path", steps };
  }
}

function parseName(cursor: Cursor): Step {
  return cursor.peek() === "#name" ? { placeholder: cursor.take("#name") } : { name: cursor.take("name") };
}

function parseList<T>(cursor: Cursor, parse: () => T): T[] {
  const list = [parse()];
  while (cursor.takeIf(",")) list.push(parse());
  return list;
}

function checkCondition(cursor: Cursor, node: ConditionNode): void {
  switch (node.kind) {
    case "and":
    case "or":
      checkCondition(cursor, node.left);
      checkCondition(cursor, node.right);
      break;
    case "not":
      checkCondition(cursor, node.of);
      break;
    case "call":
      checkCall(cursor, node, CONDITIONS);
      break;
    case "compare":
      checkOperand(cursor, node.left);
      checkOperand(cursor, node.right);
      break;
    case "between":
      for (const operand of [node.of, node.low, node.high]) checkOperand(cursor, operand);
      break;
    case "in":
      for (const operand of [node.of, ...node.list]) checkOperand(cursor, operand);
  }
}

function checkOperand(cursor: Cursor, node: OperandNode): void {
  if (node.kind === "path") for (const step of node.steps) checkStep(cursor, step);
  else if (node.kind === "call") checkCall(cursor, node, MEASURES);
}

function checkStep(cursor: Cursor, step: Step): void {
  if ("name" in step && isReserved(step.name)) {
    throw cursor.problem(`Attribute name is a reserved keyword; reserved keyword: ${step.name}`);
  }
  if ("index" in step && step.index > HIGHEST_INDEX) {
    throw cursor.problem(`List index is not within the allowable range; index: [${step.index}]`);
  }
}

function checkAction(cursor: Cursor, action: ActionNode): void {
  checkOperand(cursor, action.path);
  if (action.kind !== "SET") return;
  const { value } = action;
  const operands = value.kind === "sum" ? [value.left, value.right] : [value];
  for (const operand of operands) checkAssigned(cursor, operand);
}

function checkAssigned(cursor: Cursor, node: OperandNode): void {
  if (node.kind === "call") checkCall(cursor, node, UPDATES);
  else checkOperand(cursor, node);
}

/** A function must be allowed at its place; other functions have errors of their own. */
function checkCall(cursor: Cursor, { name, operands }: CallNode, allowed: Functions): void {
  const kind = FUNCTIONS.find((functions) => Object.hasOwn(functions, name));
  if (kind === undefined) throw cursor.problem(`Invalid function name; function: ${name}`);
  if (kind !== allowed) {
    if (kind !== UPDATES && allowed !== UPDATES) throw misplaced(cursor, name);
    const place = allowed === UPDATES ? "an update" : "a condition";
    throw cursor.problem(`The function is not allowed in ${place} expression; function: ${name}`);
  }
  for (const operand of operands) {
    if (operand.kind === "call" && operand.name === "list_append" && allowed === UPDATES) {
      throw misplaced(cursor, operand.name);
    }
    if (allowed === UPDATES) checkAssigned(cursor, operand);
    else checkOperand(cursor, operand);
  }
  if (operands.length === allowed[name]) return;
  throw cursor.problem(
    `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
  );
}

const redundant = (cursor: Cursor) => cursor.problem("The expression has redundant parentheses;");
const misplaced = (cursor: Cursor, name: string) =>
  cursor.problem(`The function is not allowed to be used this way in an expression; function: ${name}`);
