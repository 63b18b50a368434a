import { gzipSync } from "node:zlib";
import { build, type Rollup } from "vite";
import { beforeAll, describe, expect, it } from "vitest";

/** A file as it is built, and which of its sources take how much of it. */
interface Built {
  readonly text: string;
  readonly imports: readonly string[];
  readonly sources: readonly (readonly [path: string, characters: number])[];
}

const files = new Map<string, Built>();
const root = new URL("..", import.meta.url).pathname;

beforeAll(async () => {
  const { NODE_ENV } = process.env;
  // The same pages whoever builds them, as they are served.
  process.env.NODE_ENV = "production";
  const built = (await build({
    root: `${root}packages/web`,
    mode: "production",
    logLevel: "error",
    build: { write: false },
  }).finally(() => {
    process.env.NODE_ENV = NODE_ENV;
  })) as Rollup.RolldownOutput;
  for (const output of built.output)
    files.set(
      output.fileName,
      output.type === "chunk"
        ? {
            text: output.code,
            imports: output.imports,
            sources: Object.entries(output.modules)
              .map(([path, { renderedLength }]) => [path.replace(root, ""), renderedLength] as const)
              .sort(([, one], [, other]) => other - one),
          }
        : { text: output.source.toString(), imports: [], sources: [] },
    );
}, 120_000);

const gzipped = (name: string): number => gzipSync(files.get(name)!.text, { level: 9 }).length;

/** Everything that a page loads before it can draw what it is for, in a language. */
function criticalFiles(page: string, lang: string): string[] {
  const html = files.get(`${page}.html`)!.text;
  const named = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"/g)].map(
    ([, name]) => name!,
  );
  const words = [...files.keys()].filter((name) => new RegExp(`^assets/${lang}-[\\w-]+\\.js$`).test(name));
  const all = new Set([`${page}.html`]);
  const add = (name: string) => {
    if (all.has(name)) return;
    all.add(name);
    for (const more of files.get(name)!.imports) add(more);
  };
  for (const name of [...named, ...words]) add(name);
  return [...all];
}

/** What is in the files, for whoever has to find what is too large. */
function contents(names: readonly string[]): string {
  const lines = names.flatMap((name) => [
    `${String(gzipped(name)).padStart(7)} B  ${name}`,
    ...files
      .get(name)!
      .sources.slice(0, 25)
      .map(([path, length]) => `${String(length).padStart(16)}  ${path}`),
  ]);
  return lines.join("\n");
}

describe.each(["en", "ja"])("what is loaded before anything is shown, in %s", (lang) => {
  it.each([
    ["creator", 80_000],
    ["viewer", 65_000],
  ])("is small for the %s's page", (page, most) => {
    const names = criticalFiles(page, lang);
    const size = names.reduce((all, name) => all + gzipped(name), 0);
    console.log(`the ${page}'s page in ${lang}: ${size} bytes in ${names.length} files`);
    expect(names.filter((name) => /^assets\/(en|ja)-/.test(name))).toHaveLength(1);
    expect(size, contents(names)).toBeLessThanOrEqual(most);
  });

  it.each(["creator", "viewer"])("has on the %s's page nothing that is needed later", (page) => {
    const sources = criticalFiles(page, lang).flatMap((name) =>
      files.get(name)!.sources.map(([path]) => path),
    );
    for (const later of [
      /\/zod\//,
      /\/entities\//,
      /oidc-client-ts/,
      /client\/src\/explain/,
      /headless\/forms/,
    ])
      expect(sources.filter((path) => later.test(path))).toEqual([]);
    expect(sources.filter((path) => path.includes("/preact/")).length).toBeGreaterThan(2);
    expect(sources.filter((path) => /node_modules\/react(-dom)?\//.test(path))).toEqual([]);
  });
});

it.each(["creator", "viewer"])("the %s's first script is small, and waits for no other file", (page) => {
  const [, boot] = /<script type="module" async[^>]*src="\.\/(assets\/[^"]+)"/.exec(
    files.get(`${page}.html`)!.text,
  )!;
  expect(files.get(boot!)!.imports).toEqual([]);
  expect(gzipped(boot!), contents([boot!])).toBeLessThanOrEqual(7 * 1024);
});

it.each(["creator", "viewer"])(
  "only the styles of its shell hold up the first paint of the %s's page",
  (page) => {
    const [head = "", body = ""] = files.get(`${page}.html`)!.text.split("<body>");
    expect(head.match(/<link rel="stylesheet"[^>]*>/g)).toEqual([expect.stringContaining("assets/shell-")]);
    expect(body.match(/<link rel="stylesheet"[^>]*>/g)).toHaveLength(1);
    expect(body.indexOf('class="shell"')).toBeLessThan(body.indexOf('rel="stylesheet"'));
    // What is written into a page would need its hash in every policy.
    expect(`${head}${body}`).not.toMatch(/<style|<script(?![^>]*\ssrc=)|\son\w+=|javascript:/);
  },
);
