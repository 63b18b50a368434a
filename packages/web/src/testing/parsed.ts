import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseSync } from "vite";

/** A node of a syntax tree, as in https://github.com/estree/estree, with JSX and TypeScript. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly [part: string]: unknown;
}

/** A source of the pages. */
export interface Source {
  /** Relative to `src`, with slashes. */
  readonly path: string;
  readonly text: string;
}

const src = join(import.meta.dirname, "..");

/** The sources of what the pages show: all files except texts and tests. */
export function pageSources(): Source[] {
  return readdirSync(src, { recursive: true, encoding: "utf8" })
    .map((path) => relative(src, join(src, path)).replaceAll("\\", "/"))
    .filter(
      (path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$|\.d\.ts$|^testing\/|^words\/(en|ja)\//.test(path),
    )
    .map((path) => ({ path, text: readFileSync(join(src, path), "utf8") }));
}

/** The source at a path. */
export const sourceAt = (path: string): Source => ({ path, text: readFileSync(join(src, path), "utf8") });

/** The syntax tree of a source. Throws for a syntax error. */
export function treeOf({ path, text }: Source): Node {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors.map(({ message }) => message).join("; ")}`);
  return program as unknown as Node;
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).type === "string";

/** The direct children of a node, each with the name of its property. */
export const childrenOf = (node: Node): (readonly [string, Node])[] =>
  Object.entries(node).flatMap(([name, part]) =>
    (Array.isArray(part) ? part : [part]).filter(isNode).map((child) => [name, child] as const),
  );

/** The line on which a node starts. */
export const lineOf = (text: string, { start }: Node): number => text.slice(0, start).split("\n").length;
