import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { thisRoot as root } from "../../scripts/bundle.ts";
import { eventually, within } from "../e2e/people.ts";
import { type Project, plainEnvironment, projectIn, readmeCommands, runIn } from "../packages/project.ts";

/** A page of the documentation, as a reader follows it. */
export interface Document {
  /** The lines to type, by section. */
  commands(heading: string): string[];
  /** The content of a file that the page introduces with "**`name`**". */
  file(name: string): string;
  /** The snippets of a section in a language. */
  snippets(heading: string, language: string): string[];
}

/** Reads a page by its path from the root. */
export function readDocument(path: string): Document {
  const text = readFileSync(join(root, path), "utf8");
  const section = (heading: string) => {
    const [, after] = text.split(`\n## ${heading}\n`);
    if (after === undefined) throw new Error(`${path} has no section ${heading}`);
    return after.split("\n## ")[0]!;
  };
  const snippets = (heading: string, language: string) =>
    [...section(heading).matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "gs"))].map(
      ([, snippet]) => snippet!,
    );
  return {
    snippets,
    commands: (heading) => snippets(heading, "sh").flatMap((block) => block.trim().split("\n")),
    file(name) {
      const [, after] = text.split(`**\`${name}\`**`);
      const [, snippet] = /```\w+\n(.*?)```/s.exec(after ?? "") ?? [];
      if (snippet === undefined) throw new Error(`${path} has no file ${name}`);
      return snippet;
    },
  };
}

/** The tutorial's application, created and installed as in its first step, in a folder next to the clone. */
export async function openOrders(beside: string): Promise<Project> {
  const [create, enter, pack, install] = readDocument("docs/tutorial.md").commands("1. An application");
  await runIn(beside, "sh", ["-ec", create!], { npm_config_yes: "true" });
  const [, folder] = /^cd (\w+)$/.exec(enter!)!;
  // Its packages are packed already, and other tests install them at the same time.
  if (pack !== readmeCommands().pack) throw new Error(`packed in another way: ${pack}`);
  const project = projectIn(join(beside, folder!));
  await project.type(install!, { npm_config_ignore_scripts: "true" });
  return project;
}

/** A text with replacements, each of which must occur in it. */
export function inPlaceOf(text: string, places: Readonly<Record<string, string>>): string {
  return Object.entries(places).reduce((before, [here, there]) => {
    if (!before.includes(here)) throw new Error(`there is no ${here} in ${before}`);
    return before.replaceAll(here, there);
  }, text);
}

/** A command that runs until it is stopped. */
export interface Running {
  /** Its output so far. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts a command as a person would; resolves when something answers at the address, or it prints the text. */
export async function keepRunning(project: Project, line: string, sign: string): Promise<Running> {
  const child = spawn("sh", ["-c", `exec ${line}`], {
    cwd: project.folder,
    // A process group of its own, which is stopped like in a terminal.
    detached: true,
    env: plainEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const closed = new Promise<void>((done) => child.once("close", () => done()));
  const ended = closed.then(() => Promise.reject(new Error(`it ended: ${output}`)));
  const isThere = () =>
    URL.canParse(sign)
      ? fetch(sign).then(
          () => true,
          () => false,
        )
      : output.includes(sign);
  await Promise.race([eventually(isThere), ended]);
  ended.catch(() => {});
  return {
    output: () => output,
    async stop() {
      process.kill(-child.pid!, "SIGTERM");
      await within(15_000, "stop", closed);
    },
  };
}
