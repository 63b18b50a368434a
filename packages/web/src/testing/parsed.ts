import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseSync } from "vite";

/** A node of a syntax tree, as https://github.com/estree/estree has it, with JSX and TypeScript. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly [part: string]: unknown;
}

/** A source of the pages. */
export interface Source {
  /** From `src`, with slashes. */
  readonly path: string;
  readonly text: string;
}

const src = join(import.meta.dirname, "..");

/** The sources of the pages that people see something of: all but the texts themselves, and tests. */
export function pageSources(): Source[] {
  return readdirSync(src, { recursive: true, encoding: "utf8" })
    .map((path) => relative(src, join(src, path)).replaceAll("\\", "/"))
    .filter(
      (path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$|\.d\.ts$|^testing\/|^words\/(en|ja)\//.test(path),
    )
    .map((path) => ({ path, text: readFileSync(join(src, path), "utf8") }));
}

/** The text of one of the pages' sources. */
export const sourceAt = (path: string): Source => ({ path, text: readFileSync(join(src, path), "utf8") });

/** The syntax tree of a source. Throws where it is none. */
export function treeOf({ path, text }: Source): Node {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors.map(({ message }) => message).join("; ")}`);
  return program as unknown as Node;
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).type === "string";

/** The nodes right below one, each with the name of its place. */
export const childrenOf = (node: Node): (readonly [string, Node])[] =>
  Object.entries(node).flatMap(([name, part]) =>
    (Array.isArray(part) ? part : [part]).filter(isNode).map((child) => [name, child] as const),
  );

/** The line on which a node begins. */
export const lineOf = (text: string, { start }: Node): number => text.slice(0, start).split("\n").length;
