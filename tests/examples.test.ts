import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { thisRoot as root } from "../scripts/bundle.ts";
import { readManifest } from "../scripts/manifests.ts";

const folder = join(root, "examples");
const read = (file: string) => readFileSync(join(folder, file), "utf8");
const sources = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
  (file) => /\.tsx?$/.test(file) && !/node_modules|\.d\.ts$/.test(file),
);

const cast = /\bas (?!const\b)[A-Z{(\w]|\bany\b|@ts-|[\w)\]]!/;
/** Without comments in words. */
const code = (text: string) => text.replace(/\/\*\*.*?\*\/|\/\/ (?!@)[^\n]*/gs, "");

it.each(sources)("examples/%s needs no cast", (file) => {
  expect(code(read(file))).not.toMatch(cast);
});

it("would find a cast", () => {
  for (const text of ["value as Step", "value as { a: 1 }", "const a: any", "// @ts-ignore", "items[0]!.key"])
    expect(code(text)).toMatch(cast);
  expect('["a"] as const; if (a !== b || !c)').not.toMatch(cast);
});

it("shows an order with Next as with Vite", () => {
  expect(read("next/app/order.tsx")).toBe(`"use client";\n\n${read("vite/src/order.tsx")}`);
});

it("names the versions of the workspace", () => {
  const here = (name: string) => readManifest(join(root, "node_modules", name, "package.json")).version;
  const apart = ["next", "typescript"];
  for (const example of ["vite", "next", "plain", "node"]) {
    const { dependencies, devDependencies } = JSON.parse(read(`${example}/package.json`));
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
      if (!apart.includes(name)) expect([name, version]).toEqual([name, here(name)]);
  }
});
