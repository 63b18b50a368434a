import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { thisRoot } from "../../scripts/bundle.ts";
import { type Machine, openMachine } from "../e2e/machine.ts";

let clone: string;
let machine: Machine;
beforeAll(async () => {
  clone = await copyClone();
  machine = await openMachine(clone);
});
afterAll(async () => {
  await machine?.close();
  await rm(clone, { recursive: true, force: true });
});

/** This clone's files, with the same libraries and its own cache, in a folder with a usual name. */
async function copyClone(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), "callboard my café clone-"));
  const isSource = (path: string) => !["dist", "types"].includes(basename(path));
  for (const name of ["packages", "scripts", "package.json", "package-lock.json", "tsconfig.base.json"])
    await cp(join(thisRoot, name), join(copy, name), {
      recursive: true,
      filter: isSource,
      verbatimSymlinks: true,
    });
  const libraries = join(copy, "node_modules");
  await mkdir(libraries);
  for (const name of await readdir(join(thisRoot, "node_modules"))) {
    const from = join(thisRoot, "node_modules", name);
    // Links to packages of the workspace are relative, so they lead to the copy's.
    if (name === "@callboard" || name === "callboard")
      await cp(from, join(libraries, name), { recursive: true, verbatimSymlinks: true });
    else if (name !== ".cache") await symlink(from, join(libraries, name));
  }
  return copy;
}

async function replace(path: string, what: string, by: string): Promise<void> {
  const text = await readFile(join(clone, path), "utf8");
  expect(text).toContain(what);
  await writeFile(join(clone, path), text.replace(what, by));
}

/** Starts it, and stops it once it has served its page; returns its output and the page's title. */
async function start(): Promise<{ said: string; title: string | undefined }> {
  const running = machine.start();
  await running.up;
  const page = await (await fetch(`http://127.0.0.1:${machine.ports.pages}/`)).text();
  running.signal("SIGTERM");
  expect(await running.ended).toEqual({ code: 0, signal: null });
  return { said: running.output(), title: /<title>(.*)<\/title>/.exec(page)?.[1] };
}

it("bundles the service once, again when a source has changed, and not again when the change is undone", async () => {
  const first = await start();
  expect(first.said).toMatch(/^Building the pages …\nBundling …\n\nCallboard is up/);
  const title = first.title!;

  const second = await start();
  expect(second.said).toMatch(/^\nCallboard is up/);

  await replace("packages/dev/src/main.ts", "Callboard is up", "Changed: Callboard is up");
  const changed = await start();
  expect(changed.said).toMatch(/^Bundling …\n\nChanged: Callboard is up/);

  await replace("packages/web/index.html", `<title>${title}</title>`, "<title>Changed</title>");
  const page = await start();
  expect(page.said).toMatch(/^Building the pages …\nBundling …\n\nChanged: Callboard is up/);
  expect(page.title).toBe("Changed");

  await replace("packages/dev/src/main.ts", "Changed: Callboard is up", "Callboard is up");
  await replace("packages/web/index.html", "<title>Changed</title>", `<title>${title}</title>`);
  expect(await start()).toEqual({ said: expect.stringMatching(/^\nCallboard is up/), title });
}, 120_000);
