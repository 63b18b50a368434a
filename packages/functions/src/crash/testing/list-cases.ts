import { limits } from "@callboard/protocol";
import { ATTEMPTS } from "./process.ts";
import { MINUTE, type Scene, subject } from "./scene.ts";
import type { UseCase } from "./use-case.ts";
import { execution } from "./world.ts";

const avatar = { object: { key: "avatars/v_1.png", mediaType: "image/png" } };

/** Ana owns the subject, and her closed connections are removed. */
const underWay = async ({ progress, world }: Scene) => {
  progress("mp4", "started", { owners: ["user/ana"] });
  await world.settle(MINUTE);
};

/** Fills the list with other subjects. */
const manyOthers = async ({ world }: Scene) => {
  for (let n = 0; n < limits.listedSubjects; n++) {
    const detail = {
      subject: `video/other_${n}`,
      step: "execution",
      state: "succeeded",
      title: `Other ${n}`,
    };
    world.report("Progress Reported", { ...detail, at: world.now() - MINUTE + n }, `${execution}-${n}`);
  }
  await world.pump();
};

/** Use cases of a subject whose kind is listed. */
export const lists: readonly UseCase[] = [
  {
    name: "the first progress of a listed subject, with owners",
    lists: "video",
    of: ["ingest", "Progress Reported"],
    act: async ({ progress }) => progress("mp4", "started", { owners: ["user/ana", "user/bob"] }),
  },
  {
    name: "further progress of a listed subject",
    lists: "video",
    of: ["ingest", "Progress Reported"],
    prepare: underWay,
    act: async ({ progress }) => progress("mp4", "running", { percent: 50 }),
  },
  {
    name: "a title and a picture of a listed subject",
    lists: "video",
    of: ["ingest", "Progress Reported"],
    prepare: underWay,
    act: async ({ progress }) => progress("mp4", "succeeded", { data: { title: "A title", avatar } }),
  },
  {
    name: "a progress message of a listed subject",
    lists: "video",
    of: ["ingest", "Progress Reported"],
    prepare: underWay,
    act: async ({ progress }) => progress("mp4", "running", { message: "Second pass", percent: 50 }),
  },
  {
    name: "facts of a listed subject",
    lists: "video",
    of: ["ingest", "Facts Set"],
    prepare: underWay,
    act: async ({ world }) =>
      world.report("Facts Set", { subject, at: world.now(), facts: [{ name: "tags", value: ["fun"] }] }),
  },
  {
    name: "candidates for a listed subject",
    lists: "video",
    of: ["ingest", "Candidates Proposed"],
    prepare: underWay,
    act: async ({ world }) =>
      world.report("Candidates Proposed", {
        subject,
        thread: "title",
        round: 1,
        candidates: [{ id: "c", title: "A third title" }],
      }),
  },
  {
    name: "a subject that is new to a full list",
    lists: "video",
    of: ["ingest", "Progress Reported"],
    prepare: manyOthers,
    act: async ({ progress }) => progress("mp4", "started", { title: "The newest" }),
  },
  {
    name: "a question about a listed subject",
    lists: "video",
    of: ["ingest", "Feedback Requested"],
    prepare: underWay,
    act: async ({ ask }) => ask(),
    ends: ["open"],
  },
  {
    name: "announcing an answer about a listed subject",
    lists: "video",
    of: ["ingest", "Request Changed"],
    prepare: async (scene) => {
      await underWay(scene);
      await scene.asked();
      scene.world.states.loseAnswers(ATTEMPTS);
    },
    act: ({ reply }) => reply(),
    ends: ["relayed"],
  },
  {
    name: "the failure of an execution of a listed subject",
    lists: "video",
    of: ["ingest", "Step Functions Execution Status Change"],
    prepare: async (scene) => {
      await underWay(scene);
      await scene.asked();
      scene.world.states.endExecution(execution);
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
