import { type ExecutionValue, jsonBytes, limits, ProgressReported, StepValue } from "@callboard/protocol";
import fc from "fast-check";
import { expect, it } from "vitest";
import { ana, executionArn, memoryStage } from "../testing/memory-stage.ts";
import { runs } from "../testing/runs.ts";

const work = "work:order/1";
const at = Date.UTC(2026, 0, 1);

async function shop() {
  const stage = memoryStage();
  const owner = stage.client("owner", ana);
  await owner.follow(work);
  /** Reports as a workflow does, through the schema of the event. */
  const report = (detail: object) =>
    stage.app.progress.report(
      ProgressReported.parse({ subject: "order/1", step: "pay", at, owners: ["user/ana"], ...detail }),
      stage.envelope(),
    );
  const step = () =>
    Object.values(owner.values(work)).find((value) => (value as StepValue).step === "pay") as StepValue;
  const whole = () =>
    Object.entries(owner.values(work)).find(([key]) => key.startsWith("execution/"))?.[1] as ExecutionValue;
  return { stage, report, step, whole };
}

const cause = "at com.shop.Pay.charge(Pay.java:17)\n".repeat(140);

it.each([
  ["a cause of five thousand characters", { state: "failed", message: "It broke.", cause }, "failed"],
  ["a message of 301 characters", { state: "failed", message: "x".repeat(301) }, "failed"],
  ["a percentage a hair over 100", { state: "running", percent: 100.00000000000001 }, "running"],
  ["fields that are null", { state: "failed", cause: null, message: null, data: null }, "failed"],
  ["words of another type", { state: "failed", cause: { Error: "Boom" }, message: 7, title: "" }, "failed"],
  ["an invalid picture", { state: "succeeded", data: { avatar: "none", title: 7 } }, "succeeded"],
  ["data of a megabyte", { state: "succeeded", data: { log: "x".repeat(1_000_000) } }, "succeeded"],
])("does not leave a step started because of %s", async (_, told, state) => {
  const { report, step } = await shop();
  await report({ state: "started" });
  await report({ at: at + 1000, ...told });
  expect(step()).toMatchObject({ state });
  expect(StepValue.safeParse(step()).success).toBe(true);
});

it("shows how a run ended, whatever its texts are", async () => {
  const { report, whole } = await shop();
  await report({ state: "started" });
  await report({
    step: "execution",
    at: at + 1000,
    state: "failed",
    cause,
    data: { step: "x".repeat(7000) },
  });
  expect(whole()).toMatchObject({ state: "failed", cause: expect.stringMatching(/…$/) });
  expect(whole()).not.toHaveProperty("step");
});

it("cuts the cause that Step Functions gives of an end", async () => {
  const { stage, report, whole } = await shop();
  await report({ state: "started" });
  await stage.app.progress.executionChanged({
    executionArn,
    name: "e1",
    status: "FAILED",
    startDate: at,
    stopDate: at + 1000,
    error: "States.TaskFailed",
    cause: "👩‍👩‍👧‍👦".repeat(2900),
  });
  const { cause: left } = whole();
  expect(left).toMatch(/^States\.TaskFailed: (👩‍👩‍👧‍👦)+…$/u);
  expect(jsonBytes(left)).toBeLessThanOrEqual(limits.causeBytes);
});

it("shows only the state if the subject has no room for the texts", async () => {
  const { stage, report, step } = await shop();
  const data = { log: "x".repeat(8000) };
  const bytes = async () => (await stage.ports.heads.read([work])).get(work)?.channels.work?.bytes ?? 0;
  for (let n = 0; (await bytes()) < limits.channelBytes - 8400; n++)
    await report({ step: `other-${n}`, state: "running", data });
  await report({ state: "failed", message: "It broke.", cause, data });
  expect(step()).toEqual({
    execution: expect.any(String),
    step: "pay",
    state: "failed",
    attempt: 1,
    startedAt: at,
    at,
  });
});

it("fits into a value with any texts and facts", async () => {
  const part = fc.oneof(
    fc.string({ unit: "binary", maxLength: 20 }),
    fc.constantFrom("漢", "\u0001", '"', "\n", "👩‍👩‍👧‍👦"),
  );
  const text = (most: number) =>
    fc
      .tuple(part, fc.nat({ max: most }))
      .map(([one, length]) => one.repeat(Math.ceil(length / Math.max(1, one.length))));
  const told = fc.record({
    state: fc.constantFrom("started", "running", "failed", "succeeded"),
    percent: fc.double({ noNaN: true }),
    message: text(1000),
    cause: text(40_000),
    data: fc.dictionary(text(10), text(20_000), { maxKeys: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(told, async (detail) => {
      const { report, step } = await shop();
      await report(detail);
      expect(step()).toMatchObject({ state: detail.state });
      expect(jsonBytes(step())).toBeLessThanOrEqual(limits.valueBytes);
    }),
    { numRuns: runs(60) },
  );
});
