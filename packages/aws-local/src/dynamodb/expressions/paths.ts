import { type AttributeValue, attributeOf, type Item, setAttribute } from "../values.ts";
import { type ExpressionName, invalidExpression } from "./lexer.ts";

/** A document path: the name of an attribute, then names in maps and positions in lists. */
export type Path = readonly (string | number)[];

/** Paths by their steps, where no path is the beginning of another. */
export interface PathTree {
  /** The path that ends here; then there are no branches. */
  end?: Path;
  /** The first path that passes through here. */
  readonly first: Path;
  readonly branches: Map<string | number, PathTree>;
}

/** The value of an item at a path. */
export function find(item: Item, path: Path): AttributeValue | undefined {
  let value = attributeOf(item, path[0] as string);
  for (let at = 1; value !== undefined && at < path.length; at++) value = child(value, path[at]!);
  return value;
}

/** The value of a map under a name, or of a list at a position. */
export function child(value: AttributeValue, step: string | number): AttributeValue | undefined {
  if (typeof step === "number") return "L" in value ? value.L[step] : undefined;
  return "M" in value ? attributeOf(value.M, step) : undefined;
}

/** A path as DynamoDB writes it in errors. */
export function pathText(path: Path): string {
  return `[${path.map((step) => (typeof step === "number" ? `[${step}]` : step)).join(", ")}]`;
}

/** Throws if one path is the beginning of another, or one treats as a list what another treats as a map. */
export function pathTree(paths: readonly Path[], expression: ExpressionName): PathTree {
  const clash = (how: "conflict" | "overlap", one: Path, two: Path) =>
    invalidExpression(
      expression,
      `Two document paths ${how} with each other; must remove or rewrite one of these paths; path one: ${pathText(one)}, path two: ${pathText(two)}`,
    );
  const root: PathTree = { first: [], branches: new Map() };
  for (const path of paths) {
    let tree = root;
    for (const step of path) {
      if (tree.end) throw clash("overlap", tree.end, path);
      const [other] = tree.branches;
      if (other && typeof other[0] !== typeof step) throw clash("conflict", other[1].first, path);
      let branch = tree.branches.get(step);
      if (!branch) {
        branch = { first: path, branches: new Map() };
        tree.branches.set(step, branch);
      }
      tree = branch;
    }
    const [under] = tree.branches.values();
    if (tree.end || under) throw clash("overlap", tree.end ?? under!.first, path);
    tree.end = path;
  }
  return root;
}

/** The values of an item at the paths, in the item's maps and lists; lists have no gaps. */
export function pick(item: Item, tree: PathTree): Item {
  const picked: Record<string, AttributeValue> = {};
  for (const [name, branch] of tree.branches) {
    const value = attributeOf(item, name as string);
    const part = value && pickFrom(value, branch);
    if (part !== undefined) setAttribute(picked, name as string, part);
  }
  return picked;
}

function pickFrom(value: AttributeValue, tree: PathTree): AttributeValue | undefined {
  if (tree.end) return value;
  if ("M" in value) {
    const picked = pick(value.M, tree);
    return Object.keys(picked).length > 0 ? { M: picked } : undefined;
  }
  if (!("L" in value)) return undefined;
  const picked = [...tree.branches]
    .filter((branch): branch is [number, PathTree] => typeof branch[0] === "number")
    .sort(([a], [b]) => a - b)
    .map(([index, branch]) => {
      const element = value.L[index];
      return element && pickFrom(element, branch);
    })
    .filter((element) => element !== undefined);
  return picked.length > 0 ? { L: picked } : undefined;
}

/** The attributes at the start of paths. */
export function attributesOf(paths: readonly Path[]): ReadonlySet<string> {
  return new Set(paths.map((path) => path[0] as string));
}
