import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { told } from "../bench/figure.ts";
import { figuresOf, readResults } from "../bench/results.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const page = read("docs/compare.md");

const sizes = figuresOf(await readResults(), "sizes");
const others = sizes.filter(({ name }) => !name.startsWith("sizes.callboard"));

it("shows the size of each other client as the bench measured it", () => {
  const measured = others.map((figure) => [figure.what, told(figure).replace(/ KB$/, "")]);
  expect(measured.length).toBeGreaterThan(10);
  expect(rowsOf("Sizes")).toEqual(measured);
});

it("was measured with the versions that the bench installs, and names them", () => {
  const { devDependencies } = JSON.parse(read("bench/package.json")) as {
    devDependencies: Record<string, string>;
  };
  for (const { what } of others) {
    const [, name = "", version = ""] = /of (@?[\w./-]+) (\d+\.\d+\.\d+)/.exec(what) ?? [];
    expect({ name, version }).toEqual({ name, version: devDependencies[name] });
    // The hooks of Liveblocks have the version of its client.
    if (name !== "@liveblocks/react") expect(page).toContain(`${name} ${version}`);
  }
});

it.each([
  "What reaches a page",
  "Answers",
  "For the front end",
  "To work with",
  "To run",
  "Asking people from a workflow",
])(
  "gives the source of each statement about another project under %s, or says that there is none",
  (heading) => {
    const rows = rowsOf(heading);
    expect(rows.length).toBeGreaterThan(4);
    const cells = rows.filter(([name]) => name !== "Callboard").flatMap((row) => row.slice(1));
    expect(cells.filter((cell) => !isSourced(cell))).toEqual([]);
  },
);

it("names every entry of the client, so that a new one is compared as well", () => {
  const { exports } = JSON.parse(read("packages/client/package.json")) as { exports: object };
  const line = page.split("\n").find((one) => one.startsWith("Entries of `@callboard/client`")) ?? "";
  const named = [...line.matchAll(/`(\.[^`]*)`/g)].map(([, entry]) => entry);
  expect(named).toEqual(Object.keys(exports));
});

it("finds a statement without a source", () => {
  expect(["[yes](https://a.b)", "–", "– for Pub/Sub", "not verified"].map(isSourced)).not.toContain(false);
  expect(["yes", "[yes](../PROTOCOL.md)", ""].map(isSourced)).not.toContain(true);
});

/** A link to a page of the other project, or the words for none. */
function isSourced(cell: string): boolean {
  return /\]\(https:\/\/\S+\)/.test(cell) || /^(–|not verified|nothing|no such notion)/.test(cell);
}

/** The rows of the first table below a heading, without the header. */
function rowsOf(heading: string): string[][] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const lines = section.split("\n");
  const from = lines.findIndex((line) => /^\| -+/.test(line));
  const rows = lines.slice(from + 1);
  const end = rows.findIndex((line) => !line.startsWith("|"));
  return rows.slice(0, end).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
