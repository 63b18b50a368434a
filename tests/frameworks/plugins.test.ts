import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject, it } from "vitest";
import { projectIn } from "../packages/project.ts";
import { readDocument } from "./document.ts";

const page = readDocument("docs/plugins.md");

it("makes a plugin by the commands of docs/plugins.md, tests it, and prints the output shown there", async () => {
  const commands = page.commands("Write one");
  expect(commands.map((command) => command.split(" ").slice(0, 4).join(" "))).toContain(
    "npx callboard plugin test",
  );
  // In the project in which a user has installed the command.
  const folder = join(inject("place"), "service/plugins");
  await mkdir(folder);
  const output = await projectIn(folder).type(commands.join("\n"), { npm_config_ignore_scripts: "true" });
  const [shown] = page.snippets("Write one", "text");
  expect(untimed(output)).toContain(untimed(shown!));
});

/** The output, without durations. */
const untimed = (lines: string): string => lines.replace(/\d+ ms/g, "0 ms");
