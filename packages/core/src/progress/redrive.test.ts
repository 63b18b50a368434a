import {
  ExecutionStatusChanged,
  type ExecutionValue,
  type StepState,
  type StepValue,
} from "@callboard/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { executionArn, memoryStage, type Stage } from "../testing/memory-stage.ts";
import { runs } from "../testing/runs.ts";

const work = "work:video/v_1";
const watch = "watch:video/v_1";
const began = Date.UTC(2026, 0, 1);

type Happening = (stage: Stage) => Promise<unknown>;

/** A step's report; a redrive counts its attempts from 1,001, as the workflow does. */
const reported =
  (step: string, state: StepState, at: number, attempt = 1): Happening =>
  (stage) =>
    stage.report({ step, state, at: began + at, attempt });
const changed =
  (status: ExecutionStatusChanged["status"], at: number, redrivenAt?: number): Happening =>
  ({ app }) =>
    app.progress.executionChanged({
      executionArn,
      name: "e1",
      status,
      startDate: began,
      stopDate: status === "RUNNING" ? null : began + at,
      redriveCount: redrivenAt === undefined ? 0 : 1,
      ...(redrivenAt === undefined ? {} : { redriveDate: began + redrivenAt }),
    });

const firstRun = [
  reported("execution", "started", 9),
  reported("probe", "started", 10),
  reported("probe", "succeeded", 15),
  reported("transcribe", "started", 16),
  reported("transcribe", "running", 18),
];
const failed = changed("FAILED", 20);
const redriven = changed("RUNNING", 30, 30);
const secondRun = [
  reported("transcribe", "started", 31, 1001),
  reported("transcribe", "running", 33, 1001),
  reported("transcribe", "succeeded", 35, 1001),
  reported("avatar", "started", 36, 1001),
];

async function after(...happenings: readonly Happening[]) {
  const stage = memoryStage();
  const owner = stage.client("owner");
  const guest = stage.client("guest");
  await owner.follow(work);
  await guest.follow(watch);
  for (const happening of happenings) await happening(stage);
  const standing = () => {
    const values = owner.values(work);
    const { state, redrive } = values["execution/post-processing:e1"] as ExecutionValue;
    const steps = ["probe", "transcribe", "avatar"].map((step) => {
      const value = values[`step/post-processing:e1/${step}`] as StepValue | undefined;
      return value && `${value.step} ${value.attempt} ${value.state}`;
    });
    return { execution: redrive ? `${state} ${redrive}` : state, steps: steps.filter((step) => step) };
  };
  return { stage, owner, guest, standing };
}

describe("an execution that is redriven", () => {
  it("goes from failed back to running, and then to its new end", async () => {
    const { stage, guest, standing } = await after(...firstRun, failed);
    expect(standing()).toEqual({
      execution: "failed",
      steps: ["probe 1 succeeded", "transcribe 1 failed"],
    });
    await redriven(stage);
    expect(guest.values(watch)["execution/post-processing:e1"]).toEqual({
      execution: "post-processing:e1",
      state: "running",
      startedAt: began + 9,
      redrive: 1,
    });
    for (const happening of secondRun) await happening(stage);
    expect(standing()).toEqual({
      execution: "running 1",
      steps: ["probe 1 succeeded", "transcribe 1001 succeeded", "avatar 1001 started"],
    });
    await changed("ABORTED", 50, 30)(stage);
    expect(standing()).toEqual({
      execution: "aborted 1",
      steps: ["probe 1 succeeded", "transcribe 1001 succeeded", "avatar 1001 failed"],
    });
  });

  it("shows the step where it continues as started again, in any order of events", async () => {
    for (const told of [
      [failed, redriven],
      [redriven, failed],
      [failed, redriven, failed, redriven, reported("transcribe", "running", 19)],
    ]) {
      const { owner, guest, standing } = await after(...firstRun, ...told);
      const steps = ["probe 1 succeeded", "transcribe 1 started"];
      expect(standing()).toEqual({ execution: "running 1", steps });
      expect(owner.values(work)["step/post-processing:e1/transcribe"]).toEqual({
        execution: "post-processing:e1",
        step: "transcribe",
        state: "started",
        attempt: 1,
        startedAt: began + 16,
        at: began + 30,
      });
      expect(guest.values(watch)["step/post-processing:e1/transcribe"]).toMatchObject({ state: "started" });
    }
  });

  it("leaves a step failed that reported its own failure", async () => {
    const { standing } = await after(...firstRun, reported("transcribe", "failed", 19), failed, redriven);
    expect(standing().steps).toEqual(["probe 1 succeeded", "transcribe 1 failed"]);
  });

  it("fails a step again that was started again", async () => {
    const { standing } = await after(...firstRun, failed, redriven, changed("TIMED_OUT", 40, 30));
    expect(standing()).toEqual({
      execution: "timed_out 1",
      steps: ["probe 1 succeeded", "transcribe 1 failed"],
    });
  });

  it("is not ended by the old end, late or repeated", async () => {
    const { stage, standing } = await after(...firstRun, redriven, ...secondRun, failed);
    const running = {
      execution: "running 1",
      steps: ["probe 1 succeeded", "transcribe 1001 succeeded", "avatar 1001 started"],
    };
    expect(standing()).toEqual(running);
    await failed(stage);
    expect(standing()).toEqual(running);
  });

  it("is shown as running by its progress, if no event says so", async () => {
    const { standing } = await after(...firstRun, failed, ...secondRun.slice(0, 2));
    expect(standing()).toEqual({
      execution: "running 1",
      steps: ["probe 1 succeeded", "transcribe 1001 running"],
    });
  });

  it("is not shown as running for a worker that still reports the ended attempt", async () => {
    const { standing } = await after(...firstRun, failed, reported("transcribe", "running", 25));
    expect(standing()).toEqual({
      execution: "failed",
      steps: ["probe 1 succeeded", "transcribe 1 failed"],
    });
  });

  it("may begin before the subject of its first run is known", async () => {
    const { standing } = await after(failed, redriven, ...firstRun, ...secondRun);
    expect(standing().execution).toBe("running 1");
  });

  it("updates steps that count no attempts", async () => {
    const { standing } = await after(...firstRun, failed, redriven, reported("transcribe", "running", 33));
    expect(standing().steps).toContain("transcribe 1 running");
  });

  it("asks again in place of the earlier question, and the old end leaves the new question open", async () => {
    const { stage } = await after(...firstRun);
    const asked = (redriveCount: number) =>
      stage.ask({ order: [redriveCount, 1, 0], taskToken: `of run ${redriveCount}` });
    await asked(0);
    await redriven(stage);
    await asked(1);
    await stage.pump();
    await failed(stage);
    expect(stage.requests.all().map((request) => request.status.state)).toEqual(["superseded", "open"]);
  });

  it("asks again where the earlier end withdrew the question", async () => {
    const { stage } = await after(...firstRun);
    await stage.ask({ order: [0, 1, 0], taskToken: "of run 0" });
    await changed("FAILED", 20)(stage);
    await stage.ask({ order: [0, 2, 0], taskToken: "late of run 0" });
    await stage.ask({ order: [1, 1, 0], taskToken: "of run 1" });
    await failed(stage);
    expect(stage.requests.all().map((request) => request.status.state)).toEqual([
      "withdrawn",
      "withdrawn",
      "open",
    ]);
  });

  const ends = {
    running: { events: [], execution: "running 1", avatar: "started" },
    succeeded: {
      events: [reported("avatar", "succeeded", 38, 1001), reported("execution", "succeeded", 40, 1001)],
      execution: "succeeded 1",
      avatar: "succeeded",
    },
    failed: {
      events: [reported("execution", "failed", 39, 1001), changed("FAILED", 40, 30)],
      execution: "failed 1",
      avatar: "failed",
    },
    timed_out: { events: [changed("TIMED_OUT", 40, 30)], execution: "timed_out 1", avatar: "failed" },
  };

  it("has the same final state in any order of events, and if they are repeated", async () => {
    const told = fc.record({
      end: fc.constantFrom(...(Object.keys(ends) as (keyof typeof ends)[])),
      /** Step Functions' events are delivered as best it can: that of a redrive may be missing. */
      redriveTold: fc.boolean(),
      workflowTold: fc.boolean(),
      late: fc.boolean(),
    });
    const orders = fc.infiniteStream(fc.nat({ max: 1000 }));
    await fc.assert(
      fc.asyncProperty(told, orders, fc.nat({ max: 8 }), async (run, order, repeats) => {
        const { events, execution, avatar } = ends[run.end];
        const happenings = [
          ...firstRun,
          ...(run.workflowTold ? [reported("execution", "failed", 19)] : []),
          failed,
          ...(run.late ? [reported("transcribe", "running", 22)] : []),
          ...(run.redriveTold ? [redriven] : []),
          ...secondRun,
          ...events,
        ];
        const drawn = () => order.next().value!;
        const again = Array.from({ length: repeats }, () => happenings[drawn() % happenings.length]!);
        const shuffled = [...happenings, ...again]
          .map((happening) => ({ happening, place: drawn() }))
          .sort((a, b) => a.place - b.place)
          .map(({ happening }) => happening);
        const { standing, owner, guest } = await after(...shuffled);
        expect(standing()).toEqual({
          execution,
          steps: ["probe 1 succeeded", "transcribe 1001 succeeded", `avatar 1001 ${avatar}`],
        });
        expect((guest.values(watch)["execution/post-processing:e1"] as ExecutionValue).state).toBe(
          execution.split(" ")[0],
        );
        expect(owner.gaps.size + guest.gaps.size).toBe(0);
      }),
      { numRuns: runs(300) },
    );
  });
});

it.each([{}, { redriveCount: 0, redriveDate: null }, { redriveCount: "", redriveDate: "" }])(
  "accepts an event of a first run whose redrive is %o, as a transformer leaves it",
  (redrive) => {
    const [startDate, stopDate] = [Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 2)];
    const detail = { executionArn, name: "e1", status: "FAILED", startDate, stopDate, ...redrive };
    const { redriveCount, redriveDate } = ExecutionStatusChanged.parse(detail);
    expect([redriveCount ?? 0, redriveDate]).toEqual([0, undefined]);
  },
);
