import { join } from "node:path";
import type { Node } from "typescript/unstable/ast";
import {
  isArrowFunction,
  isBlock,
  isClassDeclaration,
  isFunctionDeclaration,
  isInterfaceDeclaration,
  isMethodSignatureDeclaration,
  isPropertySignatureDeclaration,
  isTypeAliasDeclaration,
  isTypeReferenceNode,
  isVariableDeclaration,
} from "typescript/unstable/ast/is";
import {
  API,
  NodeBuilderFlags,
  type Project,
  SymbolFlags,
  type Symbol as TsSymbol,
  TypeFlags,
} from "typescript/unstable/sync";
import { membersOf } from "../manifests.ts";

const root = join(import.meta.dirname, "../..");

/** An entry of a package, by its import name, and the source of its types. */
export interface Entry {
  readonly name: string;
  readonly file: string;
}

/** An export of an entry, as the reference shows it. */
export interface Declared {
  readonly name: string;
  /** The source that declares it, and where in it, whichever file exports it. */
  readonly source: string;
  readonly at: number;
  readonly isType: boolean;
  readonly doc: string;
  /** Its TypeScript declaration; "" if its members are enough. */
  readonly code: string;
  readonly members: readonly { readonly code: string; readonly doc: string }[];
  /** Types of ours that it mentions. */
  readonly named: () => readonly Declared[];
}

/** The compiler's view of the packages. Its API is marked unstable, so its version is pinned. */
export interface Compiler {
  /** The exports of an entry, in the order of the sources. */
  exportsOf(entry: Entry): Declared[];
  close(): void;
}

/** The entries of a package. */
export function entriesOf(name: string): Entry[] {
  const { folder, manifest } = membersOf(root).find((member) => member.manifest.name === name)!;
  const exports = (manifest.exports ?? {}) as Record<string, string | { readonly types: string }>;
  return Object.entries(exports).map(([entry, target]) => ({
    name: name + entry.slice(1),
    file: join(root, folder, typeof target === "string" ? target : target.types),
  }));
}

export function startCompiler(packages: readonly string[]): Compiler {
  const api = new API({ cwd: root });
  const configs = packages.map((name) => join(entriesOf(name)[0]!.file, "../../tsconfig.json"));
  const snapshot = api.updateSnapshot({ openProjects: configs });
  return {
    exportsOf({ file }) {
      const config = configs.find((one) => file.startsWith(join(one, "../src")))!;
      const project = snapshot.getProject(config)!;
      const module = project.checker.getSymbolAtLocation(project.program.getSourceFile(file)!)!;
      const all = project.checker.getExportsOfModule(module).map((symbol) => declaredBy(project, symbol));
      const sources = [...new Set(all.map(({ source }) => source))];
      return all.sort((a, b) => sources.indexOf(a.source) - sources.indexOf(b.source) || a.at - b.at);
    },
    close: () => api.close(),
  };
}

/** Types whose source tells a reader nothing: derived from a schema, from keys, or from another type. */
const workedOut =
  /\b(z\.infer|keyof typeof|typeof \w+\)\[|(Omit|Pick|Extract|Partial|Required)<|\w+<"\w+">\["\w+"\])/;
const written = NodeBuilderFlags.NoTruncation | NodeBuilderFlags.InTypeAlias;

function declaredBy(project: Project, exported: TsSymbol): Declared {
  const { checker } = project;
  const symbol = targetOf(project, exported);
  const nodes = symbol.declarations.map((one) => one.resolve(project)!);
  // A schema and its type have the same name; the type is the one that callers write.
  const node = nodes.find(isInterfaceDeclaration) ?? nodes.find(isTypeAliasDeclaration) ?? nodes[0]!;
  const all = {
    name: exported.name,
    source: node.getSourceFile().fileName,
    at: node.pos,
    isType: isInterfaceDeclaration(node) || isTypeAliasDeclaration(node),
    doc: docOf(project, symbol),
    members: [],
    named: () => typesIn(node).flatMap((type) => ourType(project, type)),
  };
  const members = () =>
    checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol)).map((one) => memberOf(project, one));
  if (isInterfaceDeclaration(node)) {
    const parameters = node.typeParameters?.map((one) => one.getText()).join(", ");
    return { ...all, code: parameters ? `interface ${all.name}<${parameters}> {}` : "", members: members() };
  }
  if (isClassDeclaration(node)) {
    const shown = node.members.map((one) => ({ code: headOf(one), doc: "" }));
    return { ...all, code: `${headOf(node).split("{")[0]}{}`, members: shown };
  }
  if (!isTypeAliasDeclaration(node)) return { ...all, code: nodes.map(headOf).join("\n") };
  if (node.typeParameters || !workedOut.test(node.getText()))
    return { ...all, code: node.getText().replace(/^export /, "") };
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  const isObject = (type.flags & (TypeFlags.Object | TypeFlags.Intersection)) !== 0;
  const code = isObject ? "" : `type ${all.name} = ${checker.typeToString(type, undefined, written)};`;
  return { ...all, named: () => [], code, members: isObject ? members() : [] };
}

function memberOf(project: Project, property: TsSymbol): Declared["members"][number] {
  const { checker } = project;
  const doc = docOf(project, property);
  const [node] = property.declarations.map((one) => one.resolve(project)!);
  const isOptional = (property.flags & SymbolFlags.Optional) !== 0;
  if (node && (isPropertySignatureDeclaration(node) || isMethodSignatureDeclaration(node)))
    // `Required` and `Partial` change the members.
    return { code: headOf(node).replace(/^(\w+)\??/, `$1${isOptional ? "?" : ""}`), doc };
  // A member of a schema.
  const type = checker.typeToString(checker.getTypeOfSymbol(property)!, undefined, written);
  const typed = isOptional ? type.replace(/ \| undefined$/, "") : type;
  return { code: tidy(`${property.name}${isOptional ? "?" : ""}: ${typed}`), doc };
}

const docOf = ({ checker }: Project, symbol: TsSymbol): string =>
  checker
    .getDocumentationCommentOfSymbol(symbol)
    .replace(/(?<!\n)\n(?![\n-])/g, " ")
    .trim();

/** A declaration without its implementation. */
function headOf(node: Node): string {
  const text = (from: number, to: number) => node.getSourceFile().text.slice(from, to);
  if (isVariableDeclaration(node)) {
    const { initializer, type } = node;
    const name = node.name.getText();
    if (initializer && isArrowFunction(initializer))
      return `function ${name}${tidy(text(initializer.getStart(), initializer.equalsGreaterThanToken.getStart()))};`;
    return type ? `const ${name}: ${tidy(type.getText())};` : `const ${tidy(node.getText())};`;
  }
  const { body } = node as Node & { readonly body?: Node };
  const head = body ? `${text(node.getStart(), body.getStart()).trim()};` : node.getText();
  const plain = head.replace(/^((export|declare|async|override|readonly) )+/, "");
  // Comments on a part of a parameter are worth their lines.
  return isFunctionDeclaration(node) ? plain : tidy(plain).replace(/[;,]$/, "");
}

/** In one line, without comments. */
const tidy = (code: string): string =>
  code
    .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")
    .replace(/\s+/g, " ")
    .replace(/([(<[]) /g, "$1")
    .replace(/,? ([)>\]])(?!=)/g, "$1")
    .replace(/([:=(<]) \| /g, "$1 ")
    .replace(/; }/g, " }")
    .trim();

/** The names of types within a declaration, except in function bodies. */
function typesIn(node: Node): Node[] {
  const found: Node[] = [];
  const visit = (inner: Node): void => {
    if (isBlock(inner)) return;
    if (isTypeReferenceNode(inner)) found.push(inner.typeName);
    inner.forEachChild(visit);
  };
  visit(node);
  return found;
}

/** The compiler uses slashes in paths on every system. */
const ours = `${root.replaceAll("\\", "/")}/packages/`;

/** The declaration of a type's name, unless it is from a library or a type parameter. */
function ourType(project: Project, name: Node): Declared[] {
  const symbol = project.checker.getSymbolAtLocation(name);
  const target = symbol && targetOf(project, symbol);
  const place = target?.declarations[0]?.resolve(project)?.getSourceFile().fileName ?? "";
  if (!target || !place.startsWith(ours) || target.flags & SymbolFlags.TypeParameter) return [];
  return [declaredBy(project, target)].filter(({ isType }) => isType);
}

const targetOf = ({ checker }: Project, symbol: TsSymbol): TsSymbol =>
  symbol.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
