import { execFile } from "node:child_process";
import { mkdtemp, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expand } from "@callboard/asl";
import { createStates, memoryStore, tasks, virtualClock } from "@callboard/aws-local";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFile(join(root, path), "utf8");
const blocksOf = (page: string, language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map(([, text]) => text!);

/** The output of `npx callboard asl` for the guide's first definition. */
const newsroom = async () => {
  const [short] = blocksOf(await read("docs/use-with-your-workflow.md"), "json");
  return JSON.stringify(expand(JSON.parse(short!)));
};

it("shows a command that prints the answer below it", async () => {
  const page = await read("docs/test-state.md");
  const [commands] = blocksOf(page, "sh");
  const command = commands!.split("\n").find((line) => line.startsWith("aws stepfunctions test-state "))!;
  const options = [...command.matchAll(/--([\w-]+) (?:'([^']*)'|(\S+))/g)].map(
    ([, name, quoted, plain]) =>
      [name!.replace(/-(\w)/g, (_, letter) => letter.toUpperCase()), quoted ?? plain!] as const,
  );
  const request: Record<string, string> = Object.fromEntries(options);
  expect(request.definition).toBe("file://newsroom.asl.json");
  const states = createStates({ clock: virtualClock(), store: memoryStore(), integrations: tasks([], {}) });
  const answer = await states.operations.TestState({ ...request, definition: await newsroom() });
  await states.close();
  expect(answer).toEqual(JSON.parse(blocksOf(page, "json")[0]!));
});

it("shows tests that pass unchanged", async () => {
  const folder = await mkdtemp(join(tmpdir(), "callboard-test-state-"));
  const [tests] = blocksOf(await read("docs/test-state.md"), "js");
  await symlink(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
  await writeFile(join(folder, "newsroom.asl.json"), await newsroom());
  await writeFile(join(folder, "newsroom.test.js"), tests!);
  const args = ["--import", import.meta.resolve("tsx"), "--test", "--test-reporter", "tap"];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder });
  expect(stdout).toContain("# pass 3\n# fail 0\n");
});

it("names the services that have models", async () => {
  const table = await read("packages/aws-local/src/states/test-state/service-table.ts");
  const services = [...table.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name!);
  const row = (await read("docs/test-state.md")).split("\n").find((line) => line.startsWith("| Athena"))!;
  const named = row
    .split("|")[1]!
    .split(",")
    .map((name) => name.replaceAll(/'s|\s/g, "").toLowerCase().replace("stepfunctions", "sfn"));
  expect(services.length).toBeGreaterThan(10);
  expect(named.sort()).toEqual(services.sort());
});
