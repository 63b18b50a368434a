import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { thisRoot } from "../scripts/bundle.ts";
import { cached } from "../scripts/bundle-cache.ts";
import { bundleFolder, packagesFor, pagesFolder } from "../scripts/bundle-key.js";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "callboard-bundle-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
});

/** A folder of the cache by its number; the numbers stand for the hashes. */
const folder = (kind: string, n: number) => join(root, `${kind}${String(n).padStart(20, "0")}`);
const content = (text: string) => async (place: string) => writeFile(join(place, "content"), text);

it("makes a folder once, and none when making it fails", async () => {
  const fails = async (place: string) => {
    await content("half")(place);
    throw new Error("it broke off");
  };
  await expect(cached(() => folder("", 1), fails)).rejects.toThrow("it broke off");
  expect(await readdir(root)).toEqual([]);
  expect(await cached(() => folder("", 1), content("whole"))).toBe(folder("", 1));
  await cached(() => folder("", 1), fails);
  expect(await readdir(root)).toEqual(["00000000000000000001"]);
});

it("keeps nothing that was built from sources which changed meanwhile", async () => {
  let n = 1;
  const changing = async (place: string) => {
    await content(String(n))(place);
    if (n === 1) n = 2;
  };
  expect(await cached(() => folder("", n), changing)).toBe(folder("", 2));
  expect(await readdir(root)).toEqual(["00000000000000000002"]);
  expect(await readFile(join(folder("", 2), "content"), "utf8")).toBe("2");
});

it("allows two processes to make the same folder at the same time", async () => {
  await Promise.all(["a", "b", "c"].map((text) => cached(() => folder("", 1), content(text))));
  expect(await readdir(root)).toEqual(["00000000000000000001"]);
});

it("deletes the least recently used folders of each kind", async () => {
  await cached(() => folder("pages-", 1), content("pages"));
  for (let n = 1; n <= 4; n++) {
    await cached(() => folder("", n), content("code"));
    await utimes(folder("", n), n, n);
  }
  await cached(() => folder("", 1), content("again"));
  await cached(() => folder("", 5), content("code"));
  expect((await readdir(root)).sort()).toEqual(
    [folder("", 1), folder("", 3), folder("", 4), folder("", 5), folder("pages-", 1)].map((path) =>
      path.slice(root.length + 1),
    ),
  );
});

/** A workspace of three packages, of which the pages need one and the command all. */
async function workspace(): Promise<void> {
  const needs = { cli: ["core"], web: ["core"], core: [] };
  for (const [name, needed] of Object.entries(needs)) {
    await mkdir(join(root, "packages", name, "src"), { recursive: true });
    const dependencies = Object.fromEntries(needed.map((one) => [`@callboard/${one}`, "0.1.0"]));
    await write(
      `packages/${name}/package.json`,
      JSON.stringify({ name: `@callboard/${name}`, dependencies }),
    );
    await write(`packages/${name}/src/index.ts`, name);
  }
  await mkdir(join(root, "scripts"));
  const builder = [
    "bundle.ts",
    "bundle-cache.ts",
    "bundle-entry.js",
    "bundle-key.js",
    "end-with-npm.js",
    "manifests.ts",
    "ready.js",
    "single-file.ts",
    "supervise.js",
  ];
  for (const file of builder) await write(`scripts/${file}`, file);
  await write("package-lock.json", "{}");
  await write("tsconfig.base.json", "{}");
}
const write = (path: string, text: string) => writeFile(join(root, path), text);

it("changes a bundle's name with a source, a library or the builder, and back again", async () => {
  await workspace();
  const before = bundleFolder(root);
  const made = {
    "packages/core/src/index.ts": "core",
    "package-lock.json": "{}",
    "scripts/bundle.ts": "bundle.ts",
    "scripts/single-file.ts": "single-file.ts",
  };
  for (const [path, was] of Object.entries(made)) {
    await write(path, "changed");
    expect(bundleFolder(root), path).not.toBe(before);
    await write(path, was);
    expect(bundleFolder(root), path).toBe(before);
  }
  await write("packages/core/src/new.ts", "");
  expect(bundleFolder(root)).not.toBe(before);
});

it("does not build pages again after unrelated changes, or for tests", async () => {
  await workspace();
  const [bundle, pages] = [bundleFolder(root), pagesFolder(root)];
  await write("packages/core/src/index.test.ts", "it holds");
  expect([bundleFolder(root), pagesFolder(root)]).toEqual([bundle, pages]);
  await write("packages/cli/src/index.ts", "changed");
  expect(pagesFolder(root)).toBe(pages);
  expect(bundleFolder(root)).not.toBe(bundle);
});

it("includes all sources of the command and the pages", () => {
  const used = new Set([...packagesFor(thisRoot, "cli"), ...packagesFor(thisRoot, "web")]);
  for (const name of [
    "asl",
    "cli",
    "core",
    "dev",
    "functions",
    "aws-local",
    "protocol",
    "tokens",
    "video",
    "web",
    "client",
  ])
    expect(used).toContain(`packages/${name}`);
});
