#!/usr/bin/env node
// What a bundle of the command begins with: plain JavaScript, so that an old Node gets a clear message.
import { endWithNpm } from "./end-with-npm.js";
import { nodeProblem } from "./ready.js";

const problem = nodeProblem(process.versions.node);
if (problem) {
  console.error(problem);
  process.exitCode = 1;
} else {
  // Other commands end by themselves.
  if (process.argv[2] === "start") endWithNpm();
  await import("../packages/cli/src/main.ts");
}
