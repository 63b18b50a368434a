import type { Item } from "../values.ts";
import type { ExpressionName } from "./lexer.ts";
import { attributesOf, pathTree, pick } from "./paths.ts";
import type { Placeholders } from "./placeholders.ts";
import type { PathNode } from "./syntax.ts";

/** The parts of an item that a read returns. */
export interface Projection {
  /** The item's values at the paths; missing ones are left out. */
  of(item: Item): Item;
  /** Top-level attributes that it uses. */
  readonly attributes: ReadonlySet<string>;
}

/** Inserts a request's names into a parsed projection; throws if paths overlap or conflict. */
export function bindProjection(
  nodes: readonly PathNode[],
  expression: ExpressionName,
  placeholders: Placeholders,
): Projection {
  const paths = nodes.map((node) => placeholders.path(node, expression));
  const tree = pathTree(paths, expression);
  return { of: (item) => pick(item, tree), attributes: attributesOf(paths) };
}
