import { firstToken, MINUTE, subject } from "./scene.ts";
import type { UseCase } from "./use-case.ts";
import { execution } from "./world.ts";

/** Reports of workflows. */
export const progress: readonly UseCase[] = [
  {
    name: "the first progress, with owners",
    of: ["ingest", "Progress Reported"],
    act: async ({ progress }) => progress("mp4", "started", { owners: ["user/bob"] }),
  },
  {
    name: "further progress",
    of: ["ingest", "Progress Reported"],
    prepare: async ({ progress, world }) => {
      progress("mp4", "started");
      await world.pump();
    },
    act: async ({ progress }) => progress("mp4", "succeeded", { percent: 100, data: { title: "A title" } }),
  },
  {
    name: "facts",
    of: ["ingest", "Facts Set"],
    act: async ({ world }) =>
      world.report("Facts Set", {
        subject,
        at: world.now(),
        visibility: "everyone",
        facts: [
          { name: "tags", value: ["a tag", "another tag"] },
          { name: "score", value: 0.7 },
        ],
      }),
  },
  {
    name: "the end of a plugin's turn whose start was reported",
    of: ["ingest", "plugin-complete"],
    prepare: async ({ world }) => {
      const detail = { video: { id: "v_1" }, taskToken: firstToken };
      world.bus.accept("serverlessVideo.pluginManager", "preValidate.duration", detail, [], "ingest");
      await world.pump();
    },
    act: async ({ world }) => {
      const detail = { TaskToken: firstToken, Message: { valid: true } };
      world.bus.accept("serverlessVideo.plugin.duration", "plugin-complete", detail, [], "ingest");
    },
  },
  {
    name: "candidates",
    of: ["ingest", "Candidates Proposed"],
    act: async ({ world }) =>
      world.report("Candidates Proposed", {
        subject,
        thread: "title",
        round: 1,
        source: "a model",
        candidates: [
          { id: "a", title: "A title" },
          { id: "b", title: "Another title" },
        ],
      }),
  },
];

/** Questions of workflows. */
export const questions: readonly UseCase[] = [
  {
    name: "a question",
    of: ["ingest", "Feedback Requested"],
    act: async ({ ask }) => ask(),
    ends: ["open"],
  },
  {
    name: "a later question of a workflow",
    alike: true,
    of: ["ingest", "Feedback Requested"],
    // The workflow has reported and asked before, so closed connections are already removed.
    prepare: async ({ progress, asked, world }) => {
      progress("mp4", "succeeded");
      await asked({ thread: "cover", round: 2 });
      await world.settle(MINUTE);
    },
    act: async ({ ask }) => ask(),
    ends: ["open", "open"],
  },
  {
    name: "a question without a timeout",
    alike: true,
    of: ["ingest", "Feedback Requested"],
    act: async ({ ask }) => ask({ timeoutSeconds: undefined }),
    ends: ["open"],
  },
  {
    name: "a question that supersedes another",
    of: ["ingest", "Feedback Requested"],
    prepare: ({ asked }) => asked(),
    act: async ({ ask }) => ask({ round: 2, assignees: ["user/bob"] }),
    ends: ["superseded", "open"],
  },
  {
    name: "announcing a superseded question",
    alike: true,
    of: ["ingest", "Request Changed"],
    prepare: ({ asked }) => asked(),
    act: async ({ ask }) => ask({ round: 2 }),
    ends: ["superseded", "open"],
  },
  {
    name: "a question that arrives after a newer one",
    of: ["ingest", "Feedback Requested"],
    prepare: ({ asked }) => asked({ round: 2 }),
    act: async ({ ask }) => ask(),
    ends: ["superseded", "open"],
  },
];

/** How waits and executions end. */
export const closings: readonly UseCase[] = [
  {
    name: "a workflow that no longer waits",
    of: ["ingest", "Feedback Closed"],
    prepare: async ({ asked, world }) => {
      await asked();
      world.states.endWait(firstToken);
    },
    act: async ({ world }) =>
      world.report("Feedback Closed", { subject, thread: "title", reason: "The video was deleted." }),
    ends: ["withdrawn"],
  },
  {
    name: "a repeated Feedback Closed after a new question",
    of: ["ingest", "Feedback Closed"],
    prepare: async ({ asked, ask, world }) => {
      await asked();
      world.states.endWait(firstToken);
      world.report("Feedback Closed", { subject, thread: "title", reason: "It took too long." });
      await world.settle(MINUTE);
      ask({ round: 2 });
      await world.pump();
    },
    act: async ({ world }) => world.bus.repeat("Feedback Closed"),
    ends: ["withdrawn", "open"],
  },
  {
    name: "the failure of an execution",
    of: ["ingest", "Step Functions Execution Status Change"],
    prepare: async ({ progress, asked, world }) => {
      progress("mp4", "started");
      await asked();
      world.states.endExecution(execution);
    },
    act: async ({ world }) =>
      world.report("Step Functions Execution Status Change", {
        executionArn: execution,
        name: "e1",
        status: "FAILED",
        startDate: world.now() - MINUTE,
        stopDate: world.now(),
        error: "States.Runtime",
        cause: "It broke.",
      }),
    ends: ["withdrawn"],
  },
];
