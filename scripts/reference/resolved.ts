import { join } from "node:path";
import {
  API,
  NodeBuilderFlags,
  type Project,
  SymbolFlags,
  type Type,
  TypeFlags,
} from "typescript/unstable/sync";
import { type Described, tidy } from "./described.ts";
import type { Declared } from "./exported.ts";

const root = join(import.meta.dirname, "../..");
const folders = ["protocol", "client", "tokens"];
const configOf = (folder: string) => join(root, "packages", folder, "tsconfig.json");

/** What the compiler knows of a type that is made from others; it runs until `close`. */
export interface Compiler {
  /** Replaces the code of a type that says nothing to a reader, such as `z.infer<…>`, by what comes out of it. */
  resolve(declared: Declared, described: Described): Described;
  close(): void;
}

/** Types that one has to work out: from a schema, from keys of a value, or cut out of another. */
const workedOut =
  /\b(z\.infer|keyof typeof|typeof \w+\)\[|Omit<|Pick<|Extract<|Partial<|Required<|\w+(<"\w+">)?\["\w+"\])/;

/**
 * Starts the compiler of this workspace, version 7. Its API is called unstable: only these few calls depend on it, and
 * the version is pinned.
 */
export function startCompiler(): Compiler {
  const api = new API({ cwd: root });
  const snapshot = api.updateSnapshot({ openProjects: folders.map(configOf) });
  const projectOf = (file: string): Project => {
    const folder = folders.find((one) => file.startsWith(join(root, "packages", one, "src")));
    const project = folder && snapshot.getProject(configOf(folder));
    if (!project) throw new Error(`${file} is in no package with a reference`);
    return project;
  };
  return {
    resolve(declared, described) {
      const { file, node } = declared;
      const isMade =
        node.type === "TSTypeAliasDeclaration" && !node.typeParameters && workedOut.test(described.code);
      if (!isMade) return described;
      const { checker } = projectOf(file);
      const symbol = checker.getSymbolAtPosition(file, node.id.start);
      const type = symbol && checker.getDeclaredTypeOfSymbol(symbol);
      if (!type) throw new Error(`${file}: the compiler does not know ${declared.name}`);
      const write = (part: Type) => checker.typeToString(part, undefined, flags);
      const isObject = (type.flags & (TypeFlags.Object | TypeFlags.Intersection)) !== 0;
      const members = (isObject ? checker.getPropertiesOfType(type) : []).map((property) => {
        const isOptional = (property.flags & SymbolFlags.Optional) !== 0;
        const written = write(checker.getTypeOfSymbol(property)!);
        const typed = isOptional ? written.replace(/ \| undefined$/, "") : written;
        const doc = checker.getDocumentationCommentOfSymbol(property).replace(/\s+/g, " ");
        return { code: tidy(`${property.name}${isOptional ? "?" : ""}: ${typed}`), doc };
      });
      if (members.length > 0) return { ...described, isWorkedOut: true, code: "", members };
      return { ...described, isWorkedOut: true, code: `type ${declared.name} = ${write(type)};` };
    },
    close: () => api.close(),
  };
}

const flags = NodeBuilderFlags.NoTruncation | NodeBuilderFlags.InTypeAlias;
