import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { deployedFunctions, rowPrefix, workflowEventTypes } from "@callboard/functions/deployment";
import { innerEventTypes, outgoingEventTypes } from "@callboard/protocol";
import { expect, it } from "vitest";
import { root } from "../../scripts/synth/platform.ts";

const folders = [
  "stacks",
  ...readdirSync(join(root, "packages")).map((name) => join("packages", name, "src")),
];
const sources = folders
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
  )
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

const holding = (pattern: RegExp, among: RegExp): string[] =>
  sources.filter(({ path, text }) => among.test(path) && pattern.test(text)).map(({ path }) => path);

/** One of the texts, as a string or the beginning of one. */
const quoted = (texts: readonly string[], end: string): RegExp =>
  new RegExp(`["'\`](${texts.join("|")})${end}`);

it("has the prefixes of leading keys only in keys.ts", () => {
  const prefixes = quoted(Object.values(rowPrefix), "");
  expect(holding(prefixes, /./)).toEqual(["packages/functions/src/table/keys.ts"]);
});

it("names no event in the stacks: they take the types from the protocol", () => {
  const types = quoted([...workflowEventTypes, ...innerEventTypes, ...outgoingEventTypes], `["'\`]`);
  expect(holding(types, /^stacks\//)).toEqual([]);
  expect(holding(types, /^packages\/protocol\/src\/[\w-]+\.ts$/)).toContain(
    "packages/protocol/src/events.ts",
  );
});

it("has a file under lambda/ for each function that is deployed, and no other", () => {
  const files = sources.flatMap(
    ({ path }) => /^packages\/functions\/src\/lambda\/([\w-]+)\.ts$/.exec(path)?.[1] ?? [],
  );
  expect(files.sort()).toEqual(Object.keys(deployedFunctions).sort());
});
