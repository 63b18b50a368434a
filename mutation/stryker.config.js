/** How the files that `main.js` names are mutated, a folder at a time. */
export default {
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  // Coverage shows better than imports which tests a mutant concerns.
  vitest: { configFile: "mutation/vitest.config.ts", related: false },
  // Names no file: Stryker cannot follow project references.
  tsconfigFile: "none.json",
  // No type checker runs, so no file needs a comment that disables it.
  disableTypeChecks: false,
  coverageAnalysis: "perTest",
  // Mutants in texts and tables that are made when a module is loaded would need all tests again.
  ignoreStatic: true,
  concurrency: 2,
  timeoutMS: 15_000,
  reporters: ["clear-text", "progress-append-only", "json"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: false },
  jsonReporter: { fileName: "mutation/report.json" },
  tempDirName: "mutation/.stryker-tmp",
};
