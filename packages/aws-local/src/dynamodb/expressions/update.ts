import { AwsError } from "../../endpoint/aws-json.ts";
import { addNumbers, subtractNumbers } from "../numbers.ts";
import {
  type AttributeValue,
  checkLevels,
  copyItem,
  type Item,
  setAttribute,
  typeOf,
  type ValueType,
} from "../values.ts";
import { bindOperand, checkType, requirePath } from "./condition.ts";
import { type ExpressionName, invalidExpression } from "./lexer.ts";
import { attributesOf, child, find, type Path, pathTree, pick } from "./paths.ts";
import type { Placeholders } from "./placeholders.ts";
import type { ActionNode, AssignedNode, CallNode, OperandNode } from "./syntax.ts";

/** The effect of an update on an item. */
export interface Update {
  /** The new item. Throws `ValidationException` (a wrong operand type, a missing path, a number out of range). */
  apply(item: Item): Item;
  /** The parts of an item that the update names: for UPDATED_OLD and UPDATED_NEW. */
  touched(item: Item): Item;
  /** Top-level attributes that it changes. */
  readonly attributes: ReadonlySet<string>;
  /** Whether it sets or adds anything: DynamoDB creates no item for an update that only removes. */
  readonly creates: boolean;
}

type Read = (item: Item) => AttributeValue;
type SetType = "SS" | "NS" | "BS";

/** An action with its names and values; it reads the item as it was before the update. */
type Action = { readonly path: Path } & (
  | { readonly kind: "SET"; readonly read: Read }
  | { readonly kind: "REMOVE" }
  | { readonly kind: "ADD" | "DELETE"; readonly value: AttributeValue }
);

const SETS: readonly ValueType[] = ["SS", "NS", "BS"];

/** Names of types in errors of ADD and DELETE. */
const LONG_NAMES: Readonly<Partial<Record<ValueType, string>>> = {
  S: "STRING",
  N: "NUMBER",
  B: "BINARY",
  BOOL: "BOOLEAN",
  NULL: "NULL",
  L: "LIST",
  M: "MAP",
};

/** Inserts a request's names and values into a parsed update; throws DynamoDB's errors about invalid operands. */
export function bindUpdate(
  nodes: readonly ActionNode[],
  expression: ExpressionName,
  placeholders: Placeholders,
): Update {
  const paths = nodes.map((node) => placeholders.path(node.path, expression));
  const tree = pathTree(paths, expression);
  const binding: Binding = { expression, placeholders };
  const actions = inOrder(nodes.map((node, at) => bindAction(node, paths[at]!, binding)));
  return {
    apply: (item) => applyActions(item, actions),
    touched: (item) => pick(item, tree),
    attributes: attributesOf(paths),
    creates: nodes.some(({ kind }) => kind === "SET" || kind === "ADD"),
  };
}

interface Binding {
  readonly expression: ExpressionName;
  readonly placeholders: Placeholders;
}

function bindAction(node: ActionNode, path: Path, binding: Binding): Action {
  if (node.kind === "REMOVE") return { kind: node.kind, path };
  if (node.kind === "SET") return { kind: node.kind, path, read: bindAssigned(node.value, binding) };
  const { kind } = node;
  const value = binding.placeholders.value(node.value, binding.expression);
  const type = typeOf(value);
  if (SETS.includes(type) || (type === "N" && kind === "ADD")) return { kind, path, value };
  throw invalidExpression(
    binding.expression,
    `Incorrect operand type for operator or function; operator: ${kind}, operand type: ${LONG_NAMES[type]}, typeSet: ALLOWED_FOR_${kind}_OPERAND`,
  );
}

function bindAssigned(node: AssignedNode, binding: Binding): Read {
  if (node.kind !== "sum") return bindRead(node, binding);
  const left = bindRead(node.left, binding, node.operator, "N");
  const right = bindRead(node.right, binding, node.operator, "N");
  const calculate = node.operator === "+" ? addNumbers : subtractNumbers;
  return (item) => {
    const a = left(item);
    const b = right(item);
    if (!("N" in a && "N" in b)) throw wrongType();
    return { N: calculate(a.N, b.N) };
  };
}

/** An operand of an `operator` that accepts only one type. */
function bindRead(node: OperandNode, binding: Binding, operator?: string, type?: ValueType): Read {
  if (node.kind === "call") return bindCall(node, binding);
  const operand = bindOperand(node, binding.expression, binding.placeholders, []);
  if (operator !== undefined && type !== undefined) checkType(binding.expression, operator, operand, [type]);
  const { value } = operand;
  if (value) return () => value;
  return (item) => {
    const found = operand.read(item);
    if (found === undefined) {
      throw invalid("The provided expression refers to an attribute that does not exist in the item");
    }
    return found;
  };
}

function bindCall({ name, operands }: CallNode, binding: Binding): Read {
  const [first, second] = operands as readonly [OperandNode, OperandNode];
  if (name === "if_not_exists") {
    const { expression, placeholders } = binding;
    if (first.kind === "call") requirePath(expression, name, { read: () => undefined });
    const wanted = bindOperand(first, expression, placeholders, []);
    requirePath(expression, name, wanted);
    const otherwise = bindRead(second, binding);
    return (item) => wanted.read(item) ?? otherwise(item);
  }
  const left = bindRead(first, binding, name, "L");
  const right = bindRead(second, binding, name, "L");
  return (item) => {
    const a = left(item);
    const b = right(item);
    if (!("L" in a && "L" in b)) throw wrongType();
    return { L: [...a.L, ...b.L] };
  };
}

/**
 * SET, ADD and DELETE before REMOVE, ordered by positions in lists. So items are appended in the order of their
 * positions, and every position means the same as before the update.
 */
function inOrder(actions: readonly Action[]): readonly Action[] {
  if (!actions.some(({ path }) => path.length > 1)) return actions;
  const removes = actions.filter(({ kind }) => kind === "REMOVE");
  const others = actions.filter(({ kind }) => kind !== "REMOVE");
  return [...others.sort((a, b) => comparePaths(a.path, b.path)), ...removes];
}

/** Positions by number, other steps by text; no path is the beginning of another. */
function comparePaths(a: Path, b: Path): number {
  const at = a.findIndex((step, index) => step !== b[index]);
  const [one, two] = [a[at], b[at]];
  if (typeof one === "number" && typeof two === "number") return one - two;
  return String(one) < String(two) ? -1 : 1;
}

function applyActions(item: Item, actions: readonly Action[]): Item {
  const values = actions.map((action) => (action.kind === "SET" ? action.read(item) : undefined));
  const after = new Draft(item);
  const removed: Path[] = [];
  for (const [at, action] of actions.entries()) {
    const { path } = action;
    const before = find(item, path);
    if (before === undefined) checkParent(item, path);
    if (action.kind === "REMOVE") {
      if (before !== undefined) removed.push(path);
    } else if (action.kind === "SET") {
      const value = values[at]!;
      if (path.length > 1) checkLevels(value, path.length);
      after.set(path, value);
    } else if (action.kind === "ADD") {
      after.set(path, before === undefined ? action.value : add(before, action.value));
    } else if (before !== undefined) {
      const left = without(before, action.value);
      if (left === undefined) removed.push(path);
      else after.set(path, left);
    }
  }
  // From the last position to the first, so that earlier removals move no position.
  if (removed.length > 1) removed.sort((a, b) => comparePaths(b, a));
  for (const path of removed) after.remove(path);
  return after.item;
}

/** A new value can be set only in an existing map or list. */
function checkParent(item: Item, path: Path): void {
  if (path.length === 1) return;
  const parent = find(item, path.slice(0, -1));
  if (parent !== undefined && (typeof path.at(-1) === "number" ? "L" : "M") in parent) return;
  throw invalid("The document path provided in the update expression is invalid for update");
}

function add(before: AttributeValue, value: AttributeValue): AttributeValue {
  if ("N" in value) {
    if (!("N" in before)) throw wrongType();
    return { N: addNumbers(before.N, value.N) };
  }
  const type = typeOf(value) as SetType;
  return setOf(type, [...new Set([...elementsOf(before, type), ...elementsOf(value, type)])]);
}

/** Undefined when nothing is left: there are no empty sets. */
function without(before: AttributeValue, value: AttributeValue): AttributeValue | undefined {
  const type = typeOf(value) as SetType;
  const gone = new Set(elementsOf(value, type));
  const left = elementsOf(before, type).filter((element) => !gone.has(element));
  return left.length > 0 ? setOf(type, left) : undefined;
}

const setOf = (type: SetType, elements: readonly string[]) =>
  ({ [type]: elements }) as { readonly [T in SetType]: readonly string[] };

function elementsOf(value: AttributeValue, type: SetType): readonly string[] {
  const elements = (value as Partial<Record<SetType, readonly string[]>>)[type];
  if (elements === undefined) throw wrongType();
  return elements;
}

/** A changing item, which copies only the parts that change. */
class Draft {
  readonly item: Record<string, AttributeValue>;
  /** Maps and lists that are copies already. */
  readonly #copies = new Set<AttributeValue>();

  constructor(item: Item) {
    this.item = copyItem(item);
  }

  /** A position past a list's end appends. */
  set(path: Path, value: AttributeValue): void {
    const last = path.at(-1)!;
    const parent = this.#parent(path);
    if (typeof last === "string") setAttribute(parent as Record<string, AttributeValue>, last, value);
    else (parent as AttributeValue[])[Math.min(last, (parent as AttributeValue[]).length)] = value;
  }

  remove(path: Path): void {
    const last = path.at(-1)!;
    const parent = this.#parent(path);
    if (typeof last === "string") delete (parent as Record<string, AttributeValue>)[last];
    else (parent as AttributeValue[]).splice(last, 1);
  }

  #parent(path: Path): Record<string, AttributeValue> | AttributeValue[] {
    let parent: Record<string, AttributeValue> | AttributeValue[] = this.item;
    for (const step of path.slice(0, -1)) {
      const value = child((Array.isArray(parent) ? { L: parent } : { M: parent }) as AttributeValue, step)!;
      let copy = value;
      if (!this.#copies.has(value)) {
        copy = "L" in value ? { L: [...value.L] } : { M: copyItem((value as { M: Item }).M) };
        this.#copies.add(copy);
        if (Array.isArray(parent)) parent[step as number] = copy;
        else setAttribute(parent, step as string, copy);
      }
      parent = ("L" in copy ? copy.L : (copy as { M: Item }).M) as typeof parent;
    }
    return parent;
  }
}

const invalid = (message: string) => new AwsError("ValidationException", message);
const wrongType = () => invalid("An operand in the update expression has an incorrect data type");
