import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { endWithNpm } from "./end-with-npm.js";
import { commandLine, installReason, nodeProblem, npmProgram } from "./ready.js";
import { runToEnd } from "./run-to-end.js";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Commands that need their own libraries, and the folder that names them. */
const ownLibraries = { bench: ["bench"], mutate: ["mutation"] };

main(process.argv[2], process.argv.slice(3));

/** Runs a command of the project, also as the very first one in a fresh clone. */
async function main(name, rest) {
  const problem = nodeProblem(process.versions.node);
  if (problem) return stop(problem, 1);
  if (name === "start") endWithNpm();
  const args = name === "start" ? [] : commandLine(name, rest);
  if (!args)
    return stop(
      "usage: node scripts/run.js start | test | conformance | soak | synth | bench | mutate | pack [arguments]",
      2,
    );
  for (const folder of [".", ...(ownLibraries[name] ?? [])]) {
    const status = await installMissing(folder);
    if (status !== 0) return stop("npm ci failed; nothing was started.", status);
  }
  if (name === "start") return start(rest);
  run(args);
}

/** In this process, which becomes its supervisor: another process would add a tenth to the time of a start. */
async function start(rest) {
  process.chdir(root);
  const { runCallboard } = await import("./bundle-run.js");
  await runCallboard(["start", ...rest]);
}

/** Installs the missing libraries of a folder's lock file; returns npm's status. */
async function installMissing(folder) {
  const reason = installReason(
    readText(`${folder}/package-lock.json`) || "{}",
    readText(`${folder}/node_modules/.package-lock.json`),
  );
  if (!reason) return 0;
  console.log(`Installing the libraries${folder === "." ? "" : ` of ${folder}`} with npm ci: ${reason}.`);
  const { command, args, shell } = npmProgram(process.env, process);
  return runToEnd(command, [...args, "ci"], { cwd: `${root}/${folder}`, stdio: "inherit", shell });
}

function run(args) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
  // A terminal sends Ctrl-C to the whole group: the child gets it too, and decides when to end.
  process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => stop(`Node could not be run: ${error.message}`, 1));
  child.on("exit", (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
}

function readText(path) {
  try {
    return readFileSync(`${root}/${path}`, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function stop(message, code) {
  console.error(message);
  process.exit(code);
}
