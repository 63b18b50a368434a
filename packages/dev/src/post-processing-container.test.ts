import type { RunContainers } from "@callboard/aws-local";
import { afterEach, expect, it } from "vitest";
import {
  type PostProcessingStage,
  postProcessingStage,
  reply,
  type StageOptions,
  uploadLongTalk,
} from "./testing/post-processing.ts";

let open: PostProcessingStage | undefined;
afterEach(async () => {
  await open?.strike();
  open = undefined;
});

/** A stage that has started a long talk. */
async function stageWith(options: StageOptions = {}) {
  open = await postProcessingStage(options);
  const videoId = await uploadLongTalk(open);
  const started = await open.start(videoId);
  if (started.kind !== "started") throw new Error(started.kind);
  return { stage: open, videoId, executionArn: started.executionArn };
}

/** What containers do, one after the other; every later one does the same as the last. */
const doing = (
  ...behaviours: NonNullable<StageOptions["container"]>[]
): NonNullable<StageOptions["container"]> => {
  let runs = 0;
  return (task, work) => behaviours[Math.min(runs++, behaviours.length - 1)]!(task, work);
};
const works = (task: Parameters<RunContainers>[0], work: RunContainers) => work(task);
const isKilled = async () => ({ exitCode: 137, reason: "OutOfMemoryError: Container killed" });
const neverStarts = () => Promise.reject(new Error("CannotPullContainerError: not found"));
const tokenOf = ({ containers }: Parameters<RunContainers>[0]) => containers[0]!.environment.TASK_TOKEN!;

it("gives the container the token in its environment, and nowhere else", async () => {
  let token = "";
  const { stage } = await stageWith({
    container: (task, work) => {
      token = tokenOf(task);
      expect(task.containers[0]!.command).toEqual([]);
      return work(task);
    },
  });
  await stage.answer(await stage.question(), reply("approve"));
  expect(await stage.end()).toMatchObject({ status: "SUCCEEDED" });
  expect(token).not.toBe("");
  expect(stage.calls.find(({ stateName }) => stateName === "PrepareOnFargate")).toMatchObject({
    pattern: "waitForTaskToken",
  });
  expect(JSON.stringify(stage.events)).not.toContain(token);
});

it("reports the exit code of a killed container at once, and continues after it", async () => {
  const { stage, videoId } = await stageWith({ container: doing(isKilled, works) });
  const began = stage.clock.now();
  const { executionArn, ...end } = await stage.end();
  expect(end).toMatchObject({
    status: "FAILED",
    error: "Container.ExitCode.137",
    cause: expect.stringContaining("exit code 137: OutOfMemoryError: Container killed"),
  });
  expect(stage.clock.now() - began).toBeLessThan(10_000);
  expect((await stage.told(videoId, "watch"))["step/compute"]).toMatchObject({ state: "failed" });
  expect((await stage.told(videoId, "work"))["step/compute"]!.cause).toContain("137");
  await stage.redrive(executionArn);
  await stage.answer(await stage.question(), reply("approve"));
  expect(await stage.end(2)).toMatchObject({ status: "SUCCEEDED" });
  expect(stage.counts()).toMatchObject({ PrepareOnFargate: 2, Probe: 1 });
});

it("reports a container that ends successfully without an answer", async () => {
  const { stage } = await stageWith({ container: async () => ({ exitCode: 0 }) });
  expect(await stage.end()).toMatchObject({ status: "FAILED", error: "Container.ExitCode.0" });
});

it("starts a container again that did not start, and says so when none does", async () => {
  const { stage } = await stageWith({ container: doing(neverStarts, works) });
  await stage.question();
  expect(stage.counts()).toMatchObject({ PrepareOnFargate: 2 });
  await stage.strike();
  const { stage: other } = await stageWith({ container: neverStarts });
  expect(await other.end()).toMatchObject({
    status: "FAILED",
    error: "Container.NotStarted",
    cause: "The container did not start: TaskFailedToStart: CannotPullContainerError: not found",
  });
  expect(other.counts()).toMatchObject({ PrepareOnFargate: 3 });
});

it("shows everyone in plain words what is wrong with the file, as the function does", async () => {
  const { stage, videoId } = await stageWith({
    container: (task, work) => {
      const [container] = task.containers;
      const input = JSON.parse(container!.environment.PREPARE_INPUT!);
      input.video.key = input.video.key.replace("video.mp4", "captions.vtt");
      const environment = { ...container!.environment, PREPARE_INPUT: JSON.stringify(input) };
      return work({ ...task, containers: [{ ...container!, environment }] });
    },
  });
  expect(await stage.end()).toMatchObject({ status: "FAILED", error: "NotAnMp4" });
  expect((await stage.told(videoId, "watch"))["step/compute"]).toMatchObject({
    state: "failed",
    message: "The file is not an MP4 video",
  });
});

it("gives up a container that is silent, and stops it, with another token for the next", async () => {
  const tokens: string[] = [];
  const ended: string[] = [];
  const { stage } = await stageWith({
    container: doing((task) => {
      tokens.push(tokenOf(task));
      task.signal.addEventListener("abort", () => ended.push(tokenOf(task)));
      return new Promise(() => {});
    }, works),
  });
  const began = stage.clock.now();
  await stage.question();
  expect(stage.clock.now() - began).toBeGreaterThan(300_000);
  expect(stage.counts()).toMatchObject({ PrepareOnFargate: 2 });
  expect(ended).toEqual(tokens);
});

it("stops the container with its execution", async () => {
  let stopped = false;
  const { stage, executionArn } = await stageWith({
    container: ({ signal }) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => {
          stopped = true;
          resolve({ exitCode: 137 });
        });
      }),
  });
  await stage.called("PrepareOnFargate");
  await stage.stop(executionArn);
  expect(await stage.end()).toMatchObject({ status: "ABORTED" });
  expect(stopped).toBe(true);
});
