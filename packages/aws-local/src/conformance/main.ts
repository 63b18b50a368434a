import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { runRecordedExecution } from "./run-execution.ts";
import { runPublishedMachine } from "./run-machine.ts";
import { runRecordedPattern } from "./run-pattern.ts";
import { runRecordedTest } from "./run-test-state.ts";

/** How each file of recordings is run, by the file's name. */
const RUNS: Readonly<Record<string, (recorded: never) => Promise<string | undefined>>> = {
  "choice-rules": runRecordedExecution,
  "event-patterns": runRecordedPattern,
  executions: runRecordedExecution,
  machines: runPublishedMachine,
  "test-states": runRecordedTest,
};

const MAX_DIFFERENCE_LENGTH = 400;

/** Runs every recording of a folder; false if a file is below its required share. */
async function run(directory: string, floors: ReadonlyMap<string, number>): Promise<boolean> {
  const names = (await readdir(directory))
    .filter((file) => file.endsWith(".json"))
    .map((file) => basename(file, ".json"))
    .sort();
  const missing = [...floors.keys()].filter((name) => !names.includes(name));
  for (const name of missing) console.error(`no ${name}.json in ${directory}`);
  let isHigh = missing.length === 0;
  for (const name of names) {
    const runOne = RUNS[name];
    if (!runOne) continue;
    const share = await runFile(name, join(directory, `${name}.json`), runOne);
    const floor = floors.get(name) ?? 0;
    if (share >= floor) continue;
    console.error(`${name}: ${share.toFixed(4)} passed, at least ${floor} must`);
    isHigh = false;
  }
  return isHigh;
}

async function runFile(
  name: string,
  path: string,
  runOne: (recorded: never) => Promise<string | undefined>,
): Promise<number> {
  const read = JSON.parse(await readFile(path, "utf8")) as { id: string }[] | { machines: { id: string }[] };
  const all = Array.isArray(read) ? read : read.machines;
  let passed = 0;
  for (const recorded of all) {
    const difference = await runOne(recorded as never);
    if (difference === undefined) passed++;
    else console.log(`${recorded.id}: ${difference.slice(0, MAX_DIFFERENCE_LENGTH)}`);
  }
  console.log(`${name}: ${passed} passed, ${all.length - passed} failed`);
  return all.length === 0 ? 0 : passed / all.length;
}

function floorsOf(options: readonly string[]): Map<string, number> {
  return new Map(
    options.map((option) => {
      const [name = "", share = ""] = option.split("=");
      const floor = Number(share);
      if (name === "" || share === "" || !(floor >= 0 && floor <= 1)) {
        throw new Error(`--min takes FILE=SHARE, such as executions=0.95, not ${option}`);
      }
      return [name.replace(/\.json$/, ""), floor] as const;
    }),
  );
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { min: { type: "string", multiple: true, default: [] } },
});
const [directory] = positionals;
if (directory === undefined) {
  console.error("usage: npm run conformance -- DIR [--min FILE=SHARE …]");
  process.exitCode = 2;
} else {
  process.exitCode = (await run(directory, floorsOf(values.min))) ? 0 : 1;
}
