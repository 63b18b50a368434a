import { gzipSync } from "node:zlib";
import { buildOf, pagesAlone } from "@callboard/web/build";
import { build, type InlineConfig, type Rollup } from "vite";
import { beforeAll, describe, expect, it } from "vitest";

/** A built file, with the size of each of its sources. */
interface Built {
  readonly text: string;
  readonly imports: readonly string[];
  readonly sources: readonly (readonly [path: string, characters: number])[];
}

/** The files of each build by their names. */
const builds = new Map<string, Map<string, Built>>();
const filesOf = (page: string) => builds.get(page) ?? builds.get("")!;
const root = new URL("..", import.meta.url).pathname;

beforeAll(async () => {
  const { NODE_ENV } = process.env;
  // The same pages in any environment, as they are served.
  process.env.NODE_ENV = "production";
  const wanted: [string, InlineConfig][] = [
    ["", { root: `${root}packages/web`, mode: "production" }],
    ...pagesAlone.map((page): [string, InlineConfig] => [page, buildOf(page)]),
  ];
  try {
    for (const [name, one] of wanted) {
      const options = { ...one.build, write: false };
      const built = await build({ ...one, logLevel: "error", build: options });
      const outputs = (built as Rollup.RolldownOutput).output;
      builds.set(name, new Map(outputs.map((output) => [output.fileName, readOutput(output)])));
    }
  } finally {
    process.env.NODE_ENV = NODE_ENV;
  }
}, 120_000);

function readOutput(output: Rollup.RolldownOutput["output"][number]): Built {
  if (output.type !== "chunk") return { text: output.source.toString(), imports: [], sources: [] };
  return {
    text: output.code,
    imports: output.imports,
    sources: Object.entries(output.modules)
      .map(([path, { renderedLength }]) => [path.replace(root, ""), renderedLength] as const)
      .sort(([, one], [, other]) => other - one),
  };
}

const gzipped = ({ text }: Built): number => gzipSync(text, { level: 9 }).length;

/** The chunk of a page's texts in a language: its own if it has texts that no other page shows. */
function wordsOf(page: string, lang: string): string[] {
  const source = `packages/web/src/words/${lang}/${ownWords[page] ?? "index"}.ts`;
  return [...filesOf(page)].flatMap(([name, { sources }]) =>
    sources.some(([path]) => path === source) ? [name] : [],
  );
}

const ownWords: Readonly<Record<string, string>> = { answer: "answering", settings: "settings" };

/** Everything that a page loads before it can draw its content, in a language. */
function criticalFiles(page: string, lang: string): string[] {
  const files = filesOf(page);
  const html = files.get(`${page}.html`)!.text;
  const named = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"/g)].map(
    ([, name]) => name!,
  );
  const words = wordsOf(page, lang);
  const all = new Set([`${page}.html`]);
  const add = (name: string) => {
    if (all.has(name)) return;
    all.add(name);
    for (const more of files.get(name)!.imports) add(more);
  };
  for (const name of [...named, ...words]) add(name);
  return [...all];
}

/** The content of the files by size, to find what is too large. */
function contents(page: string, names: readonly string[]): string {
  const files = filesOf(page);
  const lines = names.flatMap((name) => [
    `${String(gzipped(files.get(name)!)).padStart(7)} B  ${name}`,
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
    ["answer", 45 * 1024],
    ["settings", 30 * 1024],
  ])("is small for the %s's page", (page, most) => {
    const names = criticalFiles(page, lang);
    const size = names.reduce((all, name) => all + gzipped(filesOf(page).get(name)!), 0);
    console.log(`the ${page}'s page in ${lang}: ${size} bytes in ${names.length} files`);
    expect(wordsOf(page, lang)).toHaveLength(1);
    expect(size, contents(page, names)).toBeLessThanOrEqual(most);
  });

  it.each(["creator", "viewer", "answer", "settings"])(
    "contains nothing on the %s's page that is only needed later",
    (page) => {
      const sources = criticalFiles(page, lang).flatMap((name) =>
        filesOf(page)
          .get(name)!
          .sources.map(([path]) => path),
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
    },
  );
});

it.each(["en", "ja"])("the answer's page contains no code that connects or signs in, in %s", (lang) => {
  const names = criticalFiles("answer", lang);
  const sources = names.flatMap((name) =>
    filesOf("answer")
      .get(name)!
      .sources.map(([path]) => path),
  );
  expect(sources).toContain("packages/web/src/answer/answer-page-state.ts");
  expect(
    sources.filter((path) => /client\/src\/(connection|channels|outbox)\.ts|\/boot\//.test(path)),
  ).toEqual([]);
  expect(sources.filter((path) => /session\/(issuer|session|token)\.ts/.test(path))).toEqual([]);
  expect(filesOf("answer").get("answer.html")!.text).not.toContain("data-page");
});

it.each(["creator", "viewer"])("the %s's first script is small, and waits for no other file", (page) => {
  const [, boot] = /<script type="module" async[^>]*src="\.\/(assets\/[^"]+)"/.exec(
    filesOf(page).get(`${page}.html`)!.text,
  )!;
  expect(filesOf(page).get(boot!)!.imports).toEqual([]);
  expect(gzipped(filesOf(page).get(boot!)!), contents(page, [boot!])).toBeLessThanOrEqual(7 * 1024);
});

it.each(["creator", "viewer"])(
  "only the styles of its shell delay the first paint of the %s's page",
  (page) => {
    const [head = "", body = ""] = filesOf(page).get(`${page}.html`)!.text.split("<body>");
    expect(head.match(/<link rel="stylesheet"[^>]*>/g)).toEqual([expect.stringContaining("assets/shell-")]);
    expect(body.match(/<link rel="stylesheet"[^>]*>/g)).toHaveLength(1);
    expect(body.indexOf('class="shell"')).toBeLessThan(body.indexOf('rel="stylesheet"'));
    // Inline code would need its hash in every policy.
    expect(`${head}${body}`).not.toMatch(/<style|<script(?![^>]*\ssrc=)|\son\w+=|javascript:/);
  },
);
