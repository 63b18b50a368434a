import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");

const identity = "packages/functions/src/deployment/identity-settings.ts";
const deployed = ["stacks/settings.ts", "stacks/stage-settings.ts", "stacks/model-settings.ts", identity];
const local = ["packages/dev/src/settings.ts", identity];

it.each<[string, string, string, string[]]>([
  ["deployment", "docs/deploy.md", "What can be set", deployed],
  ["machine", "README.md", "Settings of `npm start`", local],
])("names every setting of a %s in its table, once, and no other", (_, document, heading, sources) => {
  const read = settingsIn(sources);
  expect(read.length).toBeGreaterThan(15);
  expect(firstCells(document, heading).sort()).toEqual(read);
});

it("names every output of a deployment in its table, once, and no other", () => {
  const [, outputs = ""] = /\n {2}return \{\n {4}socket:([\s\S]*?)\n {2}\};/.exec(
    read("stacks/deployment.ts"),
  )!;
  const names = [
    ...[...`    socket:${outputs}`.matchAll(/^ {4}(\w+):/gm)].map(([, name]) => name),
    ...[...outputs.matchAll(/\? \{ (\w+)\b/g)].map(([, name]) => name),
    ...[...(/made: \{ (\w.*) \}/.exec(read("stacks/identity.ts"))?.[1] ?? "").matchAll(/(\w+):/g)].map(
      ([, name]) => name,
    ),
  ];
  expect(names.length).toBeGreaterThan(15);
  expect(firstCells("docs/deploy.md", "From nothing to a stage").sort()).toEqual(names.sort());
});

it("names no variable that nothing reads", () => {
  const documents = ["", "docs/"].flatMap((folder) => filesOf(folder, /\.md$/, false));
  const code = ["packages/", "stacks/", "scripts/", "tests/", "bench/"]
    .flatMap((folder) => filesOf(folder, /\.(ts|js|mjs)$/, true))
    .concat("vitest.config.ts")
    .map(read)
    .join("\n");
  const named = (text: string) => new Set(text.match(/\bCALLBOARD_[A-Z_]*[A-Z]\b/g));
  const known = named(code);
  for (const document of documents)
    expect(
      [...named(read(document))].filter((name) => !known.has(name)),
      document,
    ).toEqual([]);
});

/** The variables that the sources read. */
function settingsIn(sources: readonly string[]): string[] {
  const reads = /\b(?:env|variables)\.([A-Z_]+)\b|\benv, "([A-Z_]+)"|"(CALLBOARD_[A-Z_]+)"/g;
  const names = [...sources.map(read).join("\n").matchAll(reads)].map(([, a, b, c]) => a ?? b ?? c!);
  return [...new Set(names)].sort();
}

/** The code in the first cells of a section's table. */
function firstCells(document: string, heading: string): string[] {
  const text = read(document);
  const from = text.indexOf(`\n## ${heading}\n`);
  const section = text.slice(from, text.indexOf("\n## ", from + 1));
  const cells = [...section.matchAll(/^\| (`[^|]+)\|/gm)].map(([, cell]) => cell!);
  return cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name!));
}

function filesOf(folder: string, name: RegExp, recursive: boolean): string[] {
  return readdirSync(join(root, folder), { recursive, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && name.test(entry.name) && !/node_modules|\/dist/.test(entry.parentPath),
    )
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length));
}
