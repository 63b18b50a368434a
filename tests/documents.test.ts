import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const examples = readdirSync(join(root, "examples"), { withFileTypes: true })
  .filter((one) => one.isDirectory())
  .map(({ name }) => `examples/${name}/`);
const documents = ["", "docs/", "docs/reference/", "examples/", ...examples].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => folder + name),
);
const read = (path: string) => readFileSync(join(root, path), "utf8");

it.each(documents)("%s links to existing files and sections", (document) => {
  const broken = linksOf(read(document)).filter(([path = "", section]) => {
    const target = path === "" ? document : posix.join(posix.dirname(document), path);
    if (!existsSync(join(root, target))) return true;
    return section !== undefined && !sectionsOf(read(target)).includes(section);
  });
  expect(broken).toEqual([]);
});

it("finds a link to a missing section", () => {
  expect(linksOf("[a](PROTOCOL.md#words) [b](https://a.b) [c](#c)")).toEqual([
    ["PROTOCOL.md", "words"],
    ["", "c"],
  ]);
  expect(sectionsOf("# A\n\n### `hello`\n\n## ServerlessVideo's events\n")).toEqual([
    "a",
    "hello",
    "serverlessvideos-events",
  ]);
});

it("names every kind of row of the table in ARCHITECTURE.md", () => {
  const keys = read("packages/functions/src/table/keys.ts");
  const prefixes = [...new Set([...keys.matchAll(/["`]([A-Z]+#)/g)].map(([, prefix]) => prefix))];
  expect(prefixes.length).toBeGreaterThan(8);
  const described = read("ARCHITECTURE.md");
  // The partitions of an index are no rows.
  expect(prefixes.filter((prefix) => prefix !== "DUE#" && !described.includes(`\`${prefix}`))).toEqual([]);
});

/** Links within the project, as path and section. */
function linksOf(markdown: string): (string | undefined)[][] {
  return [...markdown.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => target.split("#"));
}

/** The names by which GitHub links to headings. */
function sectionsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .trim()
      .replace(/\s/g, "-"),
  );
}
