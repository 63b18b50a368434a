#!/usr/bin/env node
// What a bundle of the command begins with: plain JavaScript, so that an old Node gets a clear message.
import { endWithNpm } from "./end-with-npm.js";
import { nodeProblem } from "./ready.js";
import { endWithSupervisor, isSupervised, supervise } from "./supervise.js";

const problem = nodeProblem(process.versions.node);
if (problem) {
  console.error(problem);
  process.exitCode = 1;
} else if (process.argv[2] !== "start" || process.argv.length > 3) {
  // Other commands end by themselves, and so does what only asks about this one.
  await import("../packages/cli/src/main.ts");
} else if (isSupervised()) {
  endWithSupervisor();
  await import("../packages/cli/src/main.ts");
} else {
  endWithNpm();
  supervise(process.argv.slice(1));
}
