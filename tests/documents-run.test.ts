import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "callboard";
import { describe, expect, it } from "vitest";
import { thisRoot as root } from "../scripts/bundle.ts";
import { documentsOf } from "../scripts/bundle-key.js";

const read = (path: string) => readFileSync(join(root, path), "utf8");

/** Why no test runs a block. */
const account = "not run: it needs an AWS account";
const registry = "not run: it fetches a package of ours from npm, which has none before the first release";
const start = "not run: a start with settings that tests/settings.test.ts compares with what is read";
const built = "not run: a server for developers of the example; tests/frameworks serves the built example";
const long = "not run: it takes hours, or runs the tests themselves";
const tools = "not run: it installs programs of the system";
const own = "not run: the client is the reader's; the page's own program is run in the same way";
const elsewhere = "not run: each is run by the test of its own page";

/** Which test runs each block of each page, in their order: its language, and the test or why there is none. */
const runs: Readonly<Record<string, readonly string[]>> = {
  "README.md": [
    `sh ${long}`,
    `sh ${registry}`,
    "sh tests/packages/project.ts",
    "js tests/frameworks/recipes.test.ts",
    "tsx tests/frameworks/recipes.test.ts",
    "sh as docs/webhook.md",
    "js tests/frameworks/recipes.test.ts",
    "sh tests/e2e/readme.test.ts",
  ],
  "PROTOCOL.md": Array.from({ length: 20 }, () => "ts tests/protocol.test.ts"),
  "CONTRIBUTING.md": [`sh ${long}`, `sh ${long}`],
  "bench/README.md": [`sh ${long}`, `sh ${long}`],
  "docs/component.md": ["ts tests/example-minimal.test.ts", "ts tests/packages/component.test.ts"],
  "docs/conformance-client.md": [`sh ${own}`, "js tests/packages/installs.test.ts", `sh ${own}`],
  "docs/data.md": [`sh ${start}`, "sh packages/cli/src/commands/backup.test.ts"],
  "docs/deploy.md": Array.from({ length: 11 }, () => `sh ${account}`),
  "docs/http.md": Array.from({ length: 16 }, () => "sh tests/e2e/http.test.ts"),
  "docs/identity.md": [
    "ini tests/identity.test.ts",
    "sh tests/e2e/sign-in/first-administrator.test.ts",
    "js tests/identity.test.ts",
  ],
  "docs/install.md": [`sh ${elsewhere}`, "sh as README.md"],
  "docs/ledger.md": Array.from({ length: 3 }, () => "sh tests/e2e/ledger.test.ts"),
  "docs/operate.md": Array.from({ length: 7 }, () => "sh tests/e2e/ops.test.ts"),
  "docs/plugins.md": [
    "js tests/e2e/plugins.test.ts",
    "sh tests/e2e/plugins.test.ts",
    "sh tests/e2e/plugin-tester.test.ts",
    "sh tests/e2e/plugin-tester.test.ts",
    `sh ${start}`,
  ],
  "docs/recipes.md": ["js", "js", "sh", "tsx", "html", "sh", "tsx", "sh", "js", "http"].map(
    (language) => `${language} tests/frameworks/recipes.test.ts`,
  ),
  "docs/simulate.md": ["sh as README.md", "sh tests/e2e/simulate.test.ts", "sh tests/e2e/simulate.test.ts"],
  "docs/test-state.md": ["sh tests/test-state.test.ts", "js tests/test-state.test.ts"],
  "docs/tutorial.md": [
    "sh tests/frameworks/document.ts",
    "sh tests/frameworks/document.ts",
    ...["sh", "ts", "tsx", "tsx", "sh", "js", "sh", "js", "sh", "sh", "ts", "ts"].map(
      (language) => `${language} tests/frameworks/tutorial.test.ts`,
    ),
  ],
  "docs/use-with-your-workflow.md": [
    "sh tests/use-with-your-workflow.test.ts",
    "sh tests/e2e/readme.test.ts",
    "js tests/use-with-your-workflow.test.ts",
    "js tests/use-with-your-workflow.test.ts",
    "js tests/use-with-your-workflow.test.ts",
    "sh tests/use-with-your-workflow.test.ts",
    "sh tests/own-machine.test.ts",
    "sh tests/own-machine.test.ts",
    "js tests/own-machine.test.ts",
    "sh tests/use-with-your-workflow.test.ts",
    "sh tests/use-with-your-workflow.test.ts",
  ],
  "docs/webhook.md": ["js tests/webhook.test.ts", "sh tests/e2e/away.test.ts", "sh tests/e2e/away.test.ts"],
  "examples/README.md": ["sh tests/frameworks/example.ts", "sh tests/frameworks/example.ts"],
  "examples/element/README.md": [`sh ${built}`],
  "examples/minimal/README.md": [`sh ${account}`, `sh ${account}`],
  "examples/next/README.md": [`sh ${built}`],
  "examples/node/README.md": [`sh ${built}`],
  "examples/plain/README.md": [`sh ${built}`],
  "examples/python/README.md": ["sh tests/frameworks/python.test.ts"],
  "examples/slack/README.md": [
    "sh tests/slack.test.ts",
    "sh tests/e2e/slack.test.ts",
    "sh tests/e2e/slack.test.ts",
  ],
  "examples/vite/README.md": [`sh ${built}`],
  "packages/asl/README.md": [`sh ${registry}`, "js tests/packages/packages.test.ts"],
  "packages/aws-local/README.md": [
    `sh ${registry}`,
    ...Array.from({ length: 4 }, () => "js packages/aws-local/src/readme.test.ts"),
  ],
  "packages/cli/README.md": [`sh ${elsewhere}`],
  "packages/client/README.md": [
    `sh ${registry}`,
    "js tests/packages/packages.test.ts",
    "ts tests/e2e/readme.test.ts",
    "js tests/packages/packages.test.ts",
    ...Array.from({ length: 4 }, () => "tsx packages/client/src/readme.test.tsx"),
    "html tests/e2e/element.test.ts",
    "js tests/e2e/element.test.ts",
    ...Array.from({ length: 3 }, () => "js packages/client/src/fake/readme.test.ts"),
  ],
  "packages/protocol/README.md": [`sh ${registry}`, "js tests/packages/packages.test.ts"],
  "packages/tokens/README.md": [`sh ${registry}`, "js tests/packages/packages.test.ts"],
  "packages/video/sample/README.md": [`sh ${tools}`],
  "stacks/README.md": [`sh ${registry}`, "ts tests/packages/component.test.ts"],
};

interface Block {
  readonly language: string;
  readonly text: string;
}

/** The blocks of a page that somebody would run, or copy into a program or a setting. */
const blocksOf = (markdown: string): Block[] =>
  [...markdown.matchAll(/^ *```(sh|js|jsx|ts|tsx|html|http|ini)\b.*\n([\s\S]*?)^ *```$/gm)].map(
    ([, language, text]) => ({ language: language!, text: text! }),
  );

/** The lines of a block without comments. */
const linesOf = ({ text }: Block): string[] =>
  text
    .trim()
    .split("\n")
    .map((line) => line.replace(/ +# .*/, ""));

// The reference's blocks are declarations of the sources (tests/reference.test.ts).
const pages = documentsOf(root)
  .filter((page) => !page.startsWith("docs/reference/"))
  .map((page) => ({ page, blocks: blocksOf(read(page)) }))
  .filter(({ blocks }) => blocks.length > 0);

describe("every block that somebody would run", () => {
  it.each(pages)("of $page has a test, or a reason to have none", ({ page, blocks }) => {
    const languages = runs[page]?.map((one) => one.split(" ")[0]);
    expect(blocks.map(({ language }) => language)).toEqual(languages);
  });

  it.each(Object.keys(runs))("of %s is read by the named test, or is on another page", (page) => {
    for (const [n, one] of runs[page]!.entries()) {
      const [, how] = /^\w+ (.*)$/.exec(one)!;
      if (how!.startsWith("not run: ")) continue;
      const [, other] = /^as (.*)$/.exec(how!) ?? [];
      if (other === undefined) expect(reads(how!, page), `${how} reads ${page}`).toBe(true);
      else expect(runLinesOf(other)).toEqual(expect.arrayContaining(linesOf(blocksOf(read(page))[n]!)));
    }
  });

  it("is found whatever else its fence contains, and nothing else is found", () => {
    const markdown =
      "```js plugin\na\n```\n\n```json\n{}\n```\n\n1. x\n\n   ```sh\n   b\n   ```\n\n```\nc\n```\n";
    expect(blocksOf(markdown).map(({ language, text }) => [language, text.trim()])).toEqual([
      ["js", "a"],
      ["sh", "b"],
    ]);
  });
});

/** Whether a test names the page's file, itself or in files next to it that read the page for it. */
function reads(test: string, page: string): boolean {
  if (!existsSync(join(root, test))) return false;
  const text = read(test);
  const name = page.split("/").at(-1)!;
  return text.includes(name);
}

/** The lines of those blocks of a page that a test runs. */
const runLinesOf = (page: string): string[] =>
  blocksOf(read(page)).flatMap((block, n) => (/ not run: | as /.test(runs[page]![n]!) ? [] : linesOf(block)));

const commands = pages.flatMap(({ page, blocks }) =>
  blocks
    .filter(({ language }) => language === "sh")
    .flatMap((block) => linesOf(block).map((line) => [page, line] as const)),
);

it("names scripts that this project has", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const ofClone = commands.filter(([page]) => !/tutorial|recipes|^examples\/(?!minimal)|plugins/.test(page));
  const named = ofClone.flatMap(
    ([, line]) => /\bnpm (?:run )?(?!ci|install|create)([\w-]+)/.exec(line)?.[1] ?? [],
  );
  expect(new Set(named)).toContain("pack");
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

it("names commands that callboard has", async () => {
  const called = commands.flatMap(
    ([, line]) => /\bnpx callboard ([a-z-]+(?: [a-z-]+)?)/.exec(line)?.[1] ?? [],
  );
  const words = [...new Set(called.filter((one) => !one.startsWith("-")))];
  expect(words.length).toBeGreaterThan(10);
  for (const one of words)
    expect(await helpOn(one.split(" ")), one).toContain(`callboard ${one.split(" ")[0]}`);
  expect(await helpOn(["nonsense"])).not.toContain("callboard nonsense");
});

/** What `callboard` prints about a command. */
async function helpOn(words: readonly string[]): Promise<string> {
  const printed: string[] = [];
  await run([...words.filter((word) => !word.startsWith("-")), "--help"], {
    env: {},
    print: (text) => void printed.push(text),
    warn: () => {},
    ask: async () => undefined,
    readInput: async () => "",
  });
  return printed.join("\n");
}
