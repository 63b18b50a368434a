#!/usr/bin/env node
// What a bundle of the command begins with: plain JavaScript, so that an old Node gets a clear message.
import { nodeProblem } from "./ready.js";

const problem = nodeProblem(process.versions.node);
if (problem) {
  console.error(problem);
  process.exitCode = 1;
} else await import("../packages/cli/src/main.ts");
