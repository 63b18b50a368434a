import { childrenOf, type Node, type Source, treeOf } from "./parsed.ts";

/** What of the words a source uses: single texts, and groups of which any may be meant. */
export interface UsedWords {
  readonly texts: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
}

/** The names that a function declares, with the paths of the words that they stand for; none for any other value. */
type Scope = Map<string, Set<string>>;

/** Hooks in whose list of dependencies a group is only compared. */
const hooks = /^use(Effect|LayoutEffect|Memo|Callback)$/;
const wholes = new Set(["", undefined]);

const below = (paths: Iterable<string>, name: string): Set<string> =>
  new Set([...paths].map((path) => (path === "" ? name : `${path}.${name}`)));

/**
 * Follows the words through a source: from `useWords()`, parameters of type `Words`, and whatever is called `words` or a
 * member of that name, by members and patterns, to the texts that it takes.
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

  /** Gives the names of a pattern the paths that they take; tells whether one is new. */
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
            // What is handed on as `words` holds all texts.
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

  /** Every place where the words are used rather than named. */
  function use(node: Node, parent: Node | undefined, place: string, outer: readonly Scope[]): void {
    // What a pattern takes is used when it is bound.
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

/** What a type holds of the words: all of them, or what `Texts["question"]["form"]` names. */
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

/** A parameter that is called so without a type of its own. */
const wordsNamed = ({ name }: Node): Set<string> => new Set(name === "words" ? [""] : []);
