/** How the files that `main.js` names are changed, a folder at a time. */
export default {
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  // Which tests a mutant concerns, its coverage says better than imports do.
  vitest: { configFile: "mutation/vitest.config.ts", related: false },
  // Names no file: Stryker cannot follow project references.
  tsconfigFile: "none.json",
  // No checker of types runs, so no file needs a comment that keeps it quiet.
  disableTypeChecks: false,
  coverageAnalysis: "perTest",
  // Texts and tables that are made once, when a module is loaded, would need all tests again.
  ignoreStatic: true,
  concurrency: 2,
  timeoutMS: 15_000,
  reporters: ["clear-text", "progress-append-only", "json"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: false },
  jsonReporter: { fileName: "mutation/report.json" },
  tempDirName: "mutation/.stryker-tmp",
};
