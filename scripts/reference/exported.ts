import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type ESTree, parseSync } from "vite";
import { readManifest } from "../manifests.ts";

/** A statement that declares a name, with the text it stands in and the docstring before it. */
export interface Declared {
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
  readonly text: string;
  readonly node: ESTree.Declaration;
  readonly doc: string;
  /** The docstring right before any node of the same file; "" without one. */
  readonly docOf: (node: { readonly start: number }) => string;
}

interface Module {
  readonly file: string;
  readonly body: readonly ESTree.Statement[];
  readonly declared: readonly Declared[];
}

const modules = new Map<string, Module>();

/** Reads a source once. */
function moduleOf(file: string): Module {
  const known = modules.get(file);
  if (known) return known;
  const text = readFileSync(file, "utf8");
  const { program, comments, errors } = parseSync(file, text);
  if (errors[0]) throw new Error(`${file}: ${errors[0].message}`);
  const docs = new Map(comments.filter(isDocstring).map(({ end, value }) => [end, plainDoc(value)]));
  const docOf = ({ start }: { readonly start: number }) =>
    docs.get(text.slice(0, start).trimEnd().length) ?? "";
  const body = program.body as readonly ESTree.Statement[];
  const declared = body.flatMap((statement) => {
    const isExport = statement.type === "ExportNamedDeclaration" && statement.declaration;
    const node = (isExport ? statement.declaration : statement) as ESTree.Declaration;
    const doc = docOf(statement);
    return namesOf(node).map((name) => ({ name, file, text, node, doc, docOf }));
  });
  // A schema and its type have one name, and one docstring.
  const documented = declared.map((one) => ({
    ...one,
    doc: one.doc || declared.find(({ name, doc }) => name === one.name && doc)?.doc || "",
  }));
  const read = { file, body, declared: documented };
  modules.set(file, read);
  return read;
}

const isDocstring = ({ type, value }: { type: string; value: string }) =>
  type === "Block" && value.startsWith("*");

/** Its paragraphs, each in one line. */
const plainDoc = (comment: string): string =>
  comment
    .replace(/^\s*\* ?/gm, "")
    .trim()
    .split(/\n\s*\n/)
    .map((paragraph) =>
      paragraph
        .replace(/\s*\n\s*(?=-)/g, "\r")
        .replace(/\s*\n\s*/g, " ")
        .replaceAll("\r", "\n"),
    )
    .join("\n\n");

function namesOf(node: ESTree.Statement): string[] {
  if (node.type === "VariableDeclaration")
    return node.declarations.flatMap(({ id }) => (id.type === "Identifier" ? [id.name] : []));
  return "id" in node && node.id && "name" in node.id ? [node.id.name] : [];
}

/**
 * Everything that a module exports, in the order of the sources. What other projects' packages export is left out; a
 * name that is a value and a type has a declaration of each.
 */
export function exportsOf(file: string): Declared[] {
  const { body, declared } = moduleOf(file);
  return body.flatMap((statement) => {
    if (statement.type === "ExportAllDeclaration") {
      const source = sourceFile(file, statement.source.value);
      return source === undefined ? [] : exportsOf(source);
    }
    if (statement.type !== "ExportNamedDeclaration") return [];
    if (statement.declaration) return declared.filter(({ node }) => node === statement.declaration);
    const from = statement.source ? sourceFile(file, statement.source.value) : file;
    if (from === undefined) return [];
    const names = statement.specifiers.map(({ local, exportKind }) => ({
      name: nameIn(local),
      typesOnly: (statement.exportKind === "type" || exportKind === "type") && !!statement.source,
    }));
    const found = names.flatMap(({ name, typesOnly }) => {
      const all = statement.source ? exportsOf(from).filter((one) => one.name === name) : lookUp(from, name);
      return typesOnly && all.some(isType) ? all.filter(isType) : all;
    });
    return found.sort((a, b) => (a.file === b.file ? a.node.start - b.node.start : 0));
  });
}

/** What a name means within a module: declared there, or imported from another module of ours. */
export function lookUp(file: string, name: string): Declared[] {
  const { body, declared } = moduleOf(file);
  const here = declared.filter((one) => one.name === name);
  if (here.length > 0) return here;
  for (const statement of body)
    if (statement.type === "ImportDeclaration")
      for (const specifier of statement.specifiers)
        if (specifier.local.name === name && specifier.type === "ImportSpecifier") {
          const source = sourceFile(file, statement.source.value);
          const wanted = nameIn(specifier.imported);
          return source === undefined ? [] : exportsOf(source).filter((one) => one.name === wanted);
        }
  return [];
}

const nameIn = (id: ESTree.ModuleExportName): string => (id.type === "Literal" ? id.value : id.name);

/** Whether a declaration is a type and nothing else. */
export const isType = ({ node }: Pick<Declared, "node">): boolean =>
  node.type === "TSInterfaceDeclaration" || node.type === "TSTypeAliasDeclaration";

const packages = join(import.meta.dirname, "../../packages");

/** An entry of a package of ours, as it is imported, and its source with the types. */
export interface Entry {
  readonly name: string;
  readonly file: string;
}

/** The entries that a package has. */
export function entriesOf(folder: string): Entry[] {
  const manifest = readManifest(join(packages, folder, "package.json"));
  const { exports = {} } = manifest as { exports?: Record<string, string | { types: string }> };
  return Object.entries(exports).map(([entry, target]) => ({
    name: manifest.name + entry.slice(1),
    file: join(packages, folder, typeof target === "string" ? target : target.types),
  }));
}

/** Where a module finds what it imports; undefined for what is not ours. */
function sourceFile(from: string, specifier: string): string | undefined {
  if (specifier.startsWith(".")) return join(dirname(from), specifier);
  const [, folder = ""] = /^@callboard\/([\w-]+)/.exec(specifier) ?? [];
  if (!existsSync(join(packages, folder, "package.json"))) return undefined;
  return entriesOf(folder).find(({ name }) => name === specifier)?.file;
}
