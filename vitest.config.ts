import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { renderer } from "./packages/web/build/renderer.ts";
import LongestFirst from "./tests/longest-first.ts";
import { temporaryFolder } from "./tests/temporary.ts";

const wholeStages = [
  "stages",
  "browsers",
  "alarms",
  "function-bundles",
  "mutations",
  "former-table",
  "other-stages",
  "policies",
  "dev-mode",
  "processing",
  "deployer-policy",
  "domains",
  "names",
];

const longWalks = [
  "check",
  "soak",
  "damage",
  "story-ends",
  "story-files",
  "story-access",
  "story-answers",
  "story-questions",
  "lists",
  "viewer",
  "start-command",
  "find-people",
  "origins",
  "deployed-pages",
  "answer-looks",
  "pictures",
  "theatre-breaks",
  "undo",
  "whole-life",
  "attend",
  "bad-line",
  "doors",
  "language",
  "japanese",
  "sign-in/other-tokens",
  "sign-in/stay-signed-in",
  "sign-in/wrong-turns",
  "sign-in/start",
].map((name) => `tests/e2e/${name}.test.ts`);

/** Plays a client of ours, and one for each mistake, through all cases: nearly all of it is waiting. */
const longPlays = ["packages/cli/src/commands/conformance-client/clients.test.ts"];

const pagesTests = "packages/web/src/**/*.test.{ts,tsx}";

export default defineConfig({
  test: {
    /** A test that takes longer is named in the report, in milliseconds. */
    slowTestThreshold: 1_000,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // A third of a test's time is waiting, so one worker more than there are cores.
    maxWorkers: Math.min(availableParallelism() + 1, 8),
    // The tests of one worker share what they import: the SDK, above all. None changes it.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // The SDK's versions are pinned; its notice about later ones would drown the report.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: [
            "packages/*/src/**/*.test.{ts,tsx}",
            "tests/*.test.ts",
            `tests/stacks/!(${wholeStages.join("|")}).test.ts`,
            "bench/*.test.ts",
          ],
          exclude: [pagesTests, ...longPlays],
          globalSetup: ["tests/temporary.ts", "tests/install-platform.ts"],
          // Windows knows the folder by other names.
          env: { TMPDIR: temporaryFolder, TEMP: temporaryFolder, TMP: temporaryFolder },
          sequence: { groupOrder: 0 },
        },
      },
      {
        // The pages are tested as they are built: with the same renderer.
        extends: true,
        resolve: { alias: renderer },
        test: {
          name: "pages",
          include: [pagesTests],
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Each of these starts the whole service, some a browser: when nothing else runs.
        extends: true,
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.test.ts"],
          exclude: longWalks,
          testTimeout: 90_000,
          globalSetup: "tests/e2e/prepare.ts",
          sequence: { groupOrder: 1 },
        },
      },
      {
        // The same for what takes long, since it goes through many wrong turns: only by its name.
        extends: true,
        test: {
          name: "walks",
          include: [...longWalks, ...longPlays],
          // More than half of a walk's time is waiting.
          maxWorkers: Math.min(2 * availableParallelism(), 8),
          testTimeout: 90_000,
          globalSetup: "tests/e2e/prepare.ts",
          sequence: { groupOrder: 4 },
        },
      },
      {
        // Evaluates whole stages, and one for each mistake that could be made in them: only by its name.
        extends: true,
        test: {
          name: "stacks",
          include: [`tests/stacks/{${wholeStages.join()}}.test.ts`],
          testTimeout: 60_000,
          globalSetup: "tests/stacks/prepare.ts",
          sequence: { groupOrder: 2 },
        },
      },
      {
        // Packs all that is published and installs it outside the repository: a minute and more, so only by its name.
        extends: true,
        test: {
          name: "packages",
          include: ["tests/packages/*.test.ts"],
          testTimeout: 120_000,
          globalSetup: "tests/packages/prepare.ts",
          sequence: { groupOrder: 3 },
        },
      },
      {
        // Builds the examples from what is published, for pages and for other Nodes: only by its name.
        extends: true,
        test: {
          name: "frameworks",
          include: ["tests/frameworks/*.test.ts"],
          testTimeout: 60_000,
          globalSetup: "tests/frameworks/prepare.ts",
          sequence: { groupOrder: 5 },
        },
      },
    ],
  },
});
