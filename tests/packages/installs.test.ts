import { readFileSync } from "node:fs";
import { realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, it, onTestFinished } from "vitest";
import { thisRoot as root } from "../../scripts/bundle.ts";
import { openProject, type Project, packed, readmeCommands, tools, versionHere } from "./project.ts";
import { startCallboard } from "./started.ts";

const place = inject("place");

describe("installed by pnpm, where a package finds only its declared dependencies", () => {
  let project: Project;
  beforeAll(async () => {
    const tarballs = Object.fromEntries(packed.map(({ name, tarball }) => [name, `file:${tarball}`]));
    project = await openProject(join(place, "strict"), {
      dependencies: { ...tarballs, react: versionHere("react").slice("react@".length) },
      // They depend on each other in versions that no registry has yet.
      pnpm: { overrides: tarballs },
    });
    // Otherwise pnpm keeps a folder in which a package finds dependencies of others.
    await project.write(".npmrc", "hoist=false\n");
    const settings = ["--ignore-scripts", "--no-frozen-lockfile", "--prefer-offline"];
    const store = join(tools, ".cache/pnpm");
    await project.run(process.execPath, pnpm, "install", ...settings, "--store-dir", store);
  }, 300_000);

  const pnpm = join(tools, "pnpm/bin/pnpm.cjs");

  it("allows every entry to be imported", async () => {
    const entries = project.entries();
    expect(entries).toContain("@callboard/client/react");
    const script = `await Promise.all(${JSON.stringify(entries)}.map((name) => import(name)))`;
    await project.run(process.execPath, "--input-type=module", "--eval", script);
  });

  it("would find a package that uses an undeclared dependency", async () => {
    const client = await realpath(join(project.folder, "node_modules/@callboard/client"));
    const file = join(client, "dist/undeclared.js");
    await writeFile(file, 'import "@callboard/protocol"; import "jose";');
    await expect(project.run(process.execPath, file)).rejects.toThrow("Cannot find package 'jose'");
  });

  it("runs the command, and serves the pages and the docs", async () => {
    expect(await project.run(process.execPath, pnpm, "exec", "callboard", "--help")).toContain("ledger");
    const started = await startCallboard(project, "node_modules/.bin/callboard start");
    onTestFinished(async () => void (await started.stop()));
    const page = await fetch(started.pages);
    expect(await page.text()).toContain("<title>");
    const docs = await (await fetch(`${started.pages}/docs/`)).text();
    const files = [...docs.matchAll(/(?:src|href)="([^"#:]+)(?:#[^"]*)?"/g)].map(([, path]) => path!);
    expect(files).toEqual(expect.arrayContaining(["docs.css", "docs.js", "pages.png", "http.html"]));
    for (const path of new Set([...files, "search.json"]))
      expect([path, (await fetch(`${started.pages}/docs/${path}`)).status]).toEqual([path, 200]);
    await started.stop();
    await expect.poll(started.isLeft).toBe(false);
  }, 90_000);
});

describe("installed by npm without optional packages and without scripts", () => {
  let project: Project;
  beforeAll(async () => {
    project = await openProject(join(place, "bare"));
    await project.type(readmeCommands().install, {
      npm_config_omit: "optional",
      npm_config_ignore_scripts: "true",
    });
  }, 300_000);

  it("runs the commands that need no store", async () => {
    expect(await project.type("npx callboard ledger --help")).toContain("callboard ledger");
  });

  it("finds that the installed client follows the protocol, by the document's program", async () => {
    const document = readFileSync(join(root, "docs/conformance-client.md"), "utf8");
    const [, program] = /```js\n(.*?)```/s.exec(document)!;
    await project.write("conformance.js", program!);
    const said = await project.type("npx callboard conformance-client -- node conformance.js");
    const [, passed, all] = /^(\d+) of (\d+) cases passed$/m.exec(said)!;
    expect(passed).toBe(all);
    expect(Number(all)).toBeGreaterThan(40);
  });

  it("says in one line what is missing for start, and how to fix it", async () => {
    const start = project.type("npx callboard start 2>&1 || echo status $?");
    const [line, status, ...others] = (await start).trim().split("\n");
    expect(others).toEqual([]);
    expect(status).toBe("status 1");
    expect(line).toMatch(/^the store's compiled part is not installed for \w+ on \w+/);
    const [, remedy] = /\((npm install [^)]+)\)/.exec(line!)!;
    await project.type(remedy!);
    const started = await startCallboard(project, readmeCommands().start);
    onTestFinished(async () => void (await started.stop()));
    expect((await fetch(started.pages)).status).toBe(200);
  }, 120_000);
});
