#!/usr/bin/env node
import { nodeProblem } from "../../../scripts/ready.js";

const problem = nodeProblem(process.versions.node);
if (problem) {
  console.error(problem);
  process.exitCode = 1;
} else {
  const { register } = await import("tsx/esm/api");
  register();
  await import("../src/main.ts");
}
