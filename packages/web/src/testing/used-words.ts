import { childrenOf, type Node, type Source, treeOf } from "./parsed.ts";

/** The words that a source uses: single texts, and groups of which it may use any. */
export interface UsedWords {
  readonly texts: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
}

/** The names that a function declares, with the paths of their words; empty for any other value. */
type Scope = Map<string, Set<string>>;

/** Hooks whose list of dependencies only compares a group. */
const hooks = /^use(Effect|LayoutEffect|Memo|Callback)$/;
const wholes = new Set(["", undefined]);

const below = (paths: Iterable<string>, name: string): Set<string> =>
  new Set([...paths].map((path) => (path === "" ? name : `${path}.${name}`)));

/**
 * Follows the words through a source: from `useWords()`, parameters of type `Words`, and variables or members
 * called `words`, through members and patterns, to the texts that are used.
 */
export function usedWords(source: Source): UsedWords {
  const texts = new Set<string>();
  const groups = new Set<string>();
  const tree = treeOf(source);
  const scopes = new Map<Node, Scope>([[tree, new Map([["words", new Set([""])]])]]);

  /** The paths that an expression stands for; undefined when it is none of the words. */
  function resolve(node: Node, chain: readonly Scope[]): ReadonlySet<string> | undefined {
    switch (node.type) {
      case "Identifier":
        return chain.find((scope) => scope.has(node.name as string))?.get(node.name as string);
      case "CallExpression":
        return /^(use|as)(First|Amend|Answer|Facts|History|Settings)?Words$/.test(
          String((node.callee as Node).name),
        )
          ? new Set([""])
          : undefined;
      case "TSAsExpression":
      case "TSNonNullExpression":
      case "ParenthesizedExpression":
      case "ChainExpression":
        return resolve(node.expression as Node, chain);
      case "MemberExpression":
        return resolveMember(node, chain);
      default:
        return undefined;
    }
  }

  function resolveMember(node: Node, chain: readonly Scope[]): ReadonlySet<string> | undefined {
    const property = node.property as Node;
    const object = node.object as Node;
    const paths = resolve(object, chain);
    if (paths === undefined || paths.size === 0) {
      const isWhole =
        property.name === "words" || (property.name === "current" && object.name === "pageWords");
      return isWhole && node.computed !== true ? new Set([""]) : undefined;
    }
    if (node.computed !== true) return below(paths, property.name as string);
    if (property.type === "Literal") return below(paths, String(property.value));
    for (const path of paths) groups.add(path);
    return undefined;
  }

  /** Binds the names of a pattern to their paths; returns whether one is new. */
  function bind(pattern: Node, paths: ReadonlySet<string>, scope: Scope): boolean {
    switch (pattern.type) {
      case "Identifier": {
        const name = pattern.name as string;
        const before = scope.get(name);
        const after = new Set([...(before ?? []), ...paths]);
        scope.set(name, after);
        for (const path of paths) if (!wholes.has(path)) texts.add(path);
        return before === undefined || after.size > before.size;
      }
      case "AssignmentPattern":
        return bind(pattern.left as Node, paths, scope);
      case "ArrayPattern":
        return (pattern.elements as (Node | null)[])
          .map((element) => element !== null && bind(element, new Set(), scope))
          .some(Boolean);
      case "ObjectPattern":
        return (pattern.properties as Node[])
          .map((property) => {
            if (property.type === "RestElement") {
              for (const path of paths) groups.add(path);
              return bind(property.argument as Node, new Set(), scope);
            }
            const { key, value } = property as unknown as { key: Node; value: Node };
            const name = String(key.name ?? key.value);
            // A prop called `words` contains all texts.
            const isWhole = paths.size === 0 && name === "words";
            return bind(value, isWhole ? new Set([""]) : below(paths, name), scope);
          })
          .some(Boolean);
      default:
        return false;
    }
  }

  function bindAll(node: Node, outer: readonly Scope[]): boolean {
    const chain = chainAt(node, outer);
    const [scope] = chain as [Scope];
    let isNew = false;
    if (node.type === "VariableDeclarator") {
      const paths = node.init ? resolve(node.init as Node, chain) : undefined;
      isNew = bind(node.id as Node, paths ?? new Set(), scope);
    }
    for (const parameter of (node.params ?? []) as Node[]) {
      const { left, typeAnnotation } = parameter as unknown as { left?: Node; typeAnnotation?: Node };
      const annotation = (typeAnnotation ?? (left?.typeAnnotation as Node | undefined))
        ?.typeAnnotation as Node;
      isNew = bind(parameter, pathOf(annotation) ?? wordsNamed(parameter), scope) || isNew;
    }
    for (const [, child] of childrenOf(node)) isNew = bindAll(child, chain) || isNew;
    return isNew;
  }

  function chainAt(node: Node, outer: readonly Scope[]): readonly Scope[] {
    if (node !== tree && !/Function/.test(node.type)) return outer;
    const own = scopes.get(node) ?? new Map<string, Set<string>>();
    scopes.set(node, own);
    return [own, ...outer];
  }

  /** Every place where words are used, not only named. */
  function use(node: Node, parent: Node | undefined, place: string, outer: readonly Scope[]): void {
    // A pattern's names count as used when they are bound.
    if (node.type === "ObjectPattern") return;
    const chain = chainAt(node, outer);
    const isMember = parent?.type === "MemberExpression" && (place === "object" || parent.computed !== true);
    const isDeclared = parent?.type === "VariableDeclarator" || /Pattern$/.test(parent?.type ?? "");
    const isName =
      isMember || isDeclared || place === "params" || (place === "key" && parent?.computed !== true);
    for (const path of (place !== "params" && resolve(node, chain)) || [])
      if (!wholes.has(path)) {
        if (node.type === "MemberExpression" || !isName) texts.add(path);
        if (!isName) groups.add(path);
      }
    const isHook = node.type === "CallExpression" && hooks.test(String((node.callee as Node).name));
    for (const [name, child] of childrenOf(node)) {
      const isDependencies = isHook && name === "arguments" && child.type === "ArrayExpression";
      if (!isDependencies && !child.type.startsWith("TSType")) use(child, node, name, chain);
    }
  }

  while (bindAll(tree, []));
  use(tree, undefined, "", []);
  return { texts, groups };
}

/** The path of a type among the words: all of them, or the one of `Texts["question"]["form"]`. */
function pathOf(type: Node | undefined): Set<string> | undefined {
  if (type?.type === "TSTypeReference")
    return ["Words", "FirstWords", "AnswerWords", "SettingsWords", "Texts", "FirstTexts"].includes(
      String((type.typeName as Node).name),
    )
      ? new Set([""])
      : undefined;
  if (type?.type !== "TSIndexedAccessType") return undefined;
  const paths = pathOf(type.objectType as Node);
  const index = (type.indexType as Node).literal as Node | undefined;
  return paths && index ? below(paths, String(index.value)) : undefined;
}

/** A parameter with that name and without a type. */
const wordsNamed = ({ name }: Node): Set<string> => new Set(name === "words" ? [""] : []);
