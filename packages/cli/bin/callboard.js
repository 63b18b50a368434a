#!/usr/bin/env node
import { endWithNpm } from "../../../scripts/end-with-npm.js";
import { nodeProblem } from "../../../scripts/ready.js";

// The command in a clone; what is published begins with `scripts/bundle-entry.js`.
const problem = nodeProblem(process.versions.node);
if (problem) {
  console.error(problem);
  process.exitCode = 1;
} else {
  if (process.argv[2] === "start") endWithNpm();
  const { runCallboard } = await import("../../../scripts/bundle-run.js");
  await runCallboard(process.argv.slice(2));
}
