import { childrenOf, type Node, type Source, treeOf } from "./parsed.ts";

/** What of the words a source uses: single texts, and groups of which any may be meant. */
export interface UsedWords {
  readonly texts: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
}

/** The types whose parameters hold all texts. */
const roots = new Set(["Words", "Texts"]);
/** Hooks in whose list of dependencies a group is only compared. */
const hooks = /^use(Effect|LayoutEffect|Memo|Callback)$/;

const below = (paths: Iterable<string>, name: string): Set<string> =>
  new Set([...paths].map((path) => (path === "" ? name : `${path}.${name}`)));

/**
 * Follows the words through a source: from `useWords()`, parameters of type `Words` and variables called `words`, by members
 * and patterns, to the texts that it takes. Names that are given twice in a file stand for both.
 */
export function usedWords(source: Source): UsedWords {
  const tree = treeOf(source);
  const known = new Map<string, Set<string>>([["words", new Set([""])]]);
  const texts = new Set<string>();
  const groups = new Set<string>();

  /** The paths that an expression stands for; undefined when it is none of the words. */
  function resolve(node: Node): ReadonlySet<string> | undefined {
    switch (node.type) {
      case "Identifier":
        return known.get(node.name as string);
      case "CallExpression":
        return (node.callee as Node).name === "useWords" ? new Set([""]) : undefined;
      case "TSAsExpression":
      case "TSNonNullExpression":
      case "ParenthesizedExpression":
      case "ChainExpression":
        return resolve(node.expression as Node);
      case "MemberExpression": {
        const property = node.property as Node;
        if (node.computed !== true && (property.name === "current" || property.name === "words")) {
          const own = resolve(node.object as Node);
          // `pageWords.current` holds all texts.
          if (own === undefined)
            return property.name === "words" ? new Set([""]) : currentOf(node.object as Node);
        }
        const paths = resolve(node.object as Node);
        if (paths === undefined) return undefined;
        if (node.computed !== true) return below(paths, property.name as string);
        if (property.type === "Literal") return below(paths, String(property.value));
        for (const path of paths) groups.add(path);
        return undefined;
      }
      default:
        return undefined;
    }
  }

  const currentOf = (node: Node): ReadonlySet<string> | undefined =>
    node.name === "pageWords" ? new Set([""]) : undefined;

  /** Gives the names of a pattern the paths that they take; tells whether one is new. */
  function bind(pattern: Node, paths: ReadonlySet<string>): boolean {
    switch (pattern.type) {
      case "Identifier": {
        const name = pattern.name as string;
        const before = known.get(name) ?? new Set();
        const after = new Set([...before, ...paths]);
        known.set(name, after);
        for (const path of paths) if (path !== "") texts.add(path);
        return after.size > before.size;
      }
      case "AssignmentPattern":
        return bind(pattern.left as Node, paths);
      case "ObjectPattern":
        return (pattern.properties as Node[])
          .map((property) => {
            if (property.type === "RestElement") {
              for (const path of paths) groups.add(path);
              return false;
            }
            const { key, value } = property as unknown as { key: Node; value: Node };
            return bind(value, below(paths, String(key.name ?? key.value)));
          })
          .some(Boolean);
      default:
        return false;
    }
  }

  function bindAll(node: Node): boolean {
    let isNew = false;
    if (node.type === "VariableDeclarator" && node.init) {
      const paths = resolve(node.init as Node);
      if (paths !== undefined) isNew = bind(node.id as Node, paths);
    }
    const annotation = (node.typeAnnotation as Node | undefined)?.typeAnnotation as Node | undefined;
    if (annotation !== undefined && isRoot(annotation) && /Pattern$|^Identifier$/.test(node.type))
      isNew = bind(node, new Set([""])) || isNew;
    for (const [, child] of childrenOf(node)) isNew = bindAll(child) || isNew;
    return isNew;
  }

  const isRoot = (annotation: Node): boolean =>
    annotation.type === "TSTypeReference" && roots.has((annotation.typeName as Node).name as string);

  /** Every place where the words are used rather than named. */
  function use(node: Node, parent: Node | undefined, place: string): void {
    const isName =
      (parent?.type === "MemberExpression" && place === "object") ||
      (parent?.type === "MemberExpression" && place === "property" && parent.computed !== true) ||
      (parent?.type === "VariableDeclarator" && place === "id") ||
      (parent?.type === "Property" && (place === "key" || place === "value")) ||
      (parent?.type === "VariableDeclarator" && place === "init") ||
      /Pattern$/.test(parent?.type ?? "") ||
      place === "params";
    if (!isName)
      for (const path of resolve(node) ?? []) {
        texts.add(path);
        if (path !== "") groups.add(path);
      }
    else if (node.type === "MemberExpression") for (const path of resolve(node) ?? []) texts.add(path);
    const callee = node.type === "CallExpression" ? (node.callee as Node) : undefined;
    for (const [name, child] of childrenOf(node)) {
      if (
        callee &&
        hooks.test(String(callee.name)) &&
        name === "arguments" &&
        child.type === "ArrayExpression"
      )
        continue;
      if (!child.type.startsWith("TSType")) use(child, node, name);
    }
  }

  while (bindAll(tree));
  use(tree, undefined, "");
  return { texts, groups };
}
