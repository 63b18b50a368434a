import {
  type CandidateValue,
  fnv1a,
  type ProgressReported,
  type StepState,
  type StepValue,
} from "@callboard/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ana, executionArn, memoryStage, viewer } from "../testing/memory-stage.ts";
import { runs } from "../testing/runs.ts";
import { isFinal } from "./step.ts";

const work = "work:video/v_1";
const watch = "watch:video/v_1";
const step = "step/post-processing:e1/probe";

async function followed() {
  const stage = memoryStage();
  const owner = stage.client("owner", ana);
  const guest = stage.client("guest", viewer);
  await owner.follow(work);
  await guest.follow(watch);
  return { stage, owner, guest };
}
const ended = (
  stage: ReturnType<typeof memoryStage>,
  status: "FAILED" | "ABORTED" | "TIMED_OUT",
  more = {},
) =>
  stage.app.progress.executionChanged({
    executionArn,
    name: "e1",
    status,
    startDate: stage.now(),
    stopDate: stage.now() + 5,
    ...more,
  });

describe("the end of an execution", () => {
  it("settles every step under way, however many they are", async () => {
    const stage = memoryStage();
    for (let n = 0; n < 120; n++) await stage.report({ step: `s${n}`, state: "started" });
    await stage.app.progress.executionChanged({
      executionArn,
      name: "e1",
      status: "SUCCEEDED",
      startDate: stage.now(),
      stopDate: stage.now() + 5,
    });
    const owner = stage.client("owner", ana);
    await owner.follow(work);
    const states = Object.entries(owner.values(work)).map(([, value]) => (value as { state: string }).state);
    expect(new Set(states)).toEqual(new Set(["succeeded"]));
    expect(states).toHaveLength(121);
  });

  it("is shown although the subject has no room for its cause", async () => {
    const stage = memoryStage();
    const data = { text: "x".repeat(13_000) };
    for (let n = 0; n < 28; n++)
      await stage.report({ step: `s${n}`, state: "started", ...(n < 17 ? { data } : {}) });
    await ended(stage, "FAILED", { error: "Boom", cause: "y".repeat(4000) });
    const owner = stage.client("owner", ana);
    await owner.follow(work);
    const values = owner.values(work) as Record<string, { state: string }>;
    expect(values["execution/post-processing:e1"]).toMatchObject({ state: "failed" });
    expect(new Set(Object.values(values).map(({ state }) => state))).toEqual(new Set(["failed"]));
  });
});

describe("a report that comes as its execution ends", () => {
  it.each(["open", "commit"] as const)(
    "leaves no step under way, though the end is published just before it calls %s",
    async (call) => {
      let end: (() => Promise<unknown>) | undefined;
      const stage = memoryStage(({ heads }) => ({
        heads: {
          ...heads,
          [call]: async (...args: never[]) => {
            const then = end;
            end = undefined;
            await then?.();
            return (heads[call] as (...args: never[]) => unknown)(...args);
          },
        },
      }));
      const another = memoryStage({ ...stage.ports, heads: { ...stage.ports.heads } });
      await stage.report({ step: "mp4", state: "succeeded" });
      end = () => ended(another, "ABORTED");
      await stage.report({ step: "probe", state: "running", percent: 10 });
      const owner = stage.client("owner", ana);
      await owner.follow(work);
      expect(owner.values(work)).toMatchObject({
        [step]: { state: "failed", message: "It was stopped." },
        "execution/post-processing:e1": { state: "aborted" },
      });
    },
  );
});

describe("progress", () => {
  it("reaches viewers in plain words, and owners with the cause", async () => {
    const { stage, owner, guest } = await followed();
    await stage.report({
      step: "probe",
      state: "failed",
      message: "Could not read it.",
      cause: "secret stack",
    });
    expect(guest.values(watch)).toMatchObject({ [step]: { state: "failed", message: "Could not read it." } });
    expect(owner.values(work)).toMatchObject({ [step]: { cause: "secret stack" } });
    expect(JSON.stringify(guest.values(watch))).not.toContain("secret stack");
    expect(JSON.stringify(guest.values(watch))).not.toContain("arn:aws");
  });

  it("shows an execution as running from its first step on", async () => {
    const { stage, guest } = await followed();
    await stage.report({ step: "probe", state: "started" });
    expect(guest.values(watch)).toMatchObject({ "execution/post-processing:e1": { state: "running" } });
  });

  it("shows what is known about an execution's end, and no message from while it ran", async () => {
    const { stage, owner, guest } = await followed();
    await stage.report({ step: "execution", state: "started", message: "It has begun", cause: "at ease" });
    await ended(stage, "FAILED", { error: "Boom", cause: "out of order" });
    const whole = { state: "failed", message: "Something went wrong." };
    expect(guest.values(watch)["execution/post-processing:e1"]).toMatchObject(whole);
    expect(owner.values(work)["execution/post-processing:e1"]).toMatchObject({
      ...whole,
      cause: "Boom: out of order",
    });
  });

  it("makes the chosen title and the avatar items of their own", async () => {
    const { stage, guest } = await followed();
    const avatar = { object: { key: "avatars/v_1/e1.png", mediaType: "image/png" } };
    await stage.report({ step: "choose", state: "succeeded", data: { title: "The call board" } });
    await stage.report({ step: "avatar", state: "succeeded", data: { avatar } });
    expect(guest.values(watch)).toMatchObject({
      title: { title: "The call board" },
      avatar: { object: { key: "avatars/v_1/e1.png", url: expect.stringContaining("https://") } },
    });
  });

  it("signs nothing outside the folder of avatars", async () => {
    const { stage, guest } = await followed();
    const avatar = { object: { key: "uploads/secret.mp4", mediaType: "image/png" } };
    await stage.report({ step: "avatar", state: "succeeded", data: { avatar } });
    expect(guest.values(watch)).not.toHaveProperty("avatar");
    expect(JSON.stringify(guest.values(watch))).not.toContain("https://");
  });

  it("that is repeated changes nothing, and is pushed again", async () => {
    const { stage, guest } = await followed();
    const detail = { step: "probe", state: "running", percent: 50 } as const;
    await stage.report(detail);
    const before = { offset: guest.map(watch)?.offset, deliveries: stage.deliveries.length };
    stage.pass(1000);
    await stage.report(detail);
    guest.take();
    expect(stage.deliveries.length).toBeGreaterThan(before.deliveries);
    expect(guest.values(watch)[step]).toMatchObject({ percent: 50 });
  });

  it("has the same result in any order: a step ends as its highest attempt", async () => {
    const states: StepState[] = ["started", "running", "waiting", "succeeded", "failed"];
    const reports = fc.array(
      fc.record({
        state: fc.constantFrom(...states),
        at: fc.integer({ min: 1, max: 50 }),
        attempt: fc.integer({ min: 1, max: 3 }),
        percent: fc.integer({ min: 0, max: 100 }),
      }),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(reports, async (sent) => {
        const { stage, owner, guest } = await followed();
        let last: StepValue | undefined;
        for (const report of sent) {
          await stage.report({ step: "probe", ...report });
          const shown = owner.values(work)[step] as StepValue;
          const before = last;
          last = shown;
          if (!before) continue;
          expect(shown.attempt!).toBeGreaterThanOrEqual(before.attempt!);
          if (shown.attempt !== before.attempt) continue;
          expect(shown.percent!).toBeGreaterThanOrEqual(before.percent!);
          expect(shown.startedAt!).toBeLessThanOrEqual(before.startedAt!);
          const { startedAt } = shown;
          if (isFinal(before.state)) expect(shown).toEqual({ ...before, startedAt });
        }
        const highest = Math.max(...sent.map((report) => report.attempt));
        expect(last?.attempt).toBe(highest);
        const final = sent.some((report) => report.attempt === highest && isFinal(report.state));
        expect(isFinal(last!.state)).toBe(final);
        expect(owner.gaps.size + guest.gaps.size).toBe(0);
      }),
      { numRuns: runs(200) },
    );
  });
});

describe("an execution that dies", () => {
  it("ends in an item that names the step, with the cause for owners and plain words for viewers", async () => {
    const { stage, owner, guest } = await followed();
    await stage.report({ step: "probe", state: "succeeded" });
    await stage.report({ step: "transcribe", state: "running", percent: 20 });
    await ended(stage, "FAILED", { error: "States.TaskFailed", cause: "disk on fire" });
    expect(owner.values(work)).toMatchObject({
      "execution/post-processing:e1": {
        state: "failed",
        step: "transcribe",
        cause: "States.TaskFailed: disk on fire",
      },
      "step/post-processing:e1/transcribe": { state: "failed" },
      "step/post-processing:e1/probe": { state: "succeeded" },
    });
    expect(guest.values(watch)).toMatchObject({
      "execution/post-processing:e1": {
        state: "failed",
        step: "transcribe",
        message: "Something went wrong.",
      },
      "step/post-processing:e1/transcribe": { state: "failed", message: "Something went wrong." },
    });
    expect(JSON.stringify(guest.values(watch))).not.toContain("disk on fire");
  });

  it("ends the same in any order of the events", async () => {
    const { stage, owner } = await followed();
    await ended(stage, "ABORTED");
    await stage.report({ step: "transcribe", state: "running" });
    expect(owner.values(work)).toMatchObject({
      "execution/post-processing:e1": { state: "aborted", step: "transcribe" },
      "step/post-processing:e1/transcribe": { state: "failed" },
    });
  });

  it("keeps the workflow's own words on where and why", async () => {
    const { stage, guest, owner } = await followed();
    await stage.report({ step: "probe", state: "failed", message: "That file is not a video." });
    const said = { step: "execution", state: "failed", message: "It stopped at the probe." } as const;
    await stage.report({ ...said, data: { step: "probe" }, cause: "NotAnMp4" });
    await ended(stage, "FAILED", { error: "NotAnMp4" });
    expect(guest.values(watch)["execution/post-processing:e1"]).toMatchObject({
      state: "failed",
      step: "probe",
      message: "It stopped at the probe.",
    });
    expect(owner.values(work)["execution/post-processing:e1"]).toMatchObject({ cause: "NotAnMp4" });
  });

  it("is not changed by a late report of success", async () => {
    const { stage, owner } = await followed();
    await stage.report({ step: "probe", state: "started" });
    await ended(stage, "TIMED_OUT");
    await stage.report({ step: "execution", state: "succeeded" });
    expect(owner.values(work)["execution/post-processing:e1"]).toMatchObject({ state: "timed_out" });
  });
});

describe("two state machines that run at once on one subject, with the same execution name", () => {
  const parent = "arn:aws:states:us-east-1:000000000000:execution:parent:order-1";
  const child = parent.replace(":parent:", ":child:");

  it.each<[string, string, string, string]>([
    ["of two machines", parent, child, "parent:order-1 child:order-1"],
    [
      "of which one is a Map's",
      parent,
      "arn:aws:states:us-east-1:000000000000:execution:parent/Items:order-1",
      "parent:order-1 parent_Items:order-1",
    ],
    [
      "that are Express, run by run",
      "arn:aws:states:us-east-1:000000000000:express:quick:order-1:a1",
      "arn:aws:states:us-east-1:000000000000:express:quick:order-1:b2",
      "quick:order-1:a1 quick:order-1:b2",
    ],
    ["with a colon in their names", `${parent}:x`, parent, "parent:order-1:x parent:order-1"],
  ])("are two runs, each with its own steps and end: %s", async (_, one, other, names) => {
    const { stage, guest } = await followed();
    const report = (execution: string, detail: Pick<ProgressReported, "step" | "state">) =>
      stage.app.progress.report(
        { subject: "video/v_1", at: stage.now(), ...detail },
        { ...stage.envelope(), execution },
      );
    await report(one, { step: "validate", state: "started" });
    await report(other, { step: "validate", state: "started" });
    await report(other, { step: "validate", state: "failed" });
    await report(other, { step: "execution", state: "failed" });
    await stage.app.progress.executionChanged({
      executionArn: other,
      name: "order-1",
      status: "FAILED",
      startDate: 1,
      stopDate: stage.now(),
    });
    const [mine, theirs] = names.split(" ");
    expect(guest.values(watch)).toMatchObject({
      [`execution/${mine}`]: { execution: mine, state: "running" },
      [`step/${mine}/validate`]: { execution: mine, state: "started" },
      [`execution/${theirs}`]: { execution: theirs, state: "failed" },
      [`step/${theirs}/validate`]: { execution: theirs, state: "failed" },
    });
  });

  it("stay apart although their names are too long for a key", async () => {
    const { stage, guest } = await followed();
    for (const end of ["a", "b"])
      await stage.app.progress.report(
        { subject: "video/v_1", at: 1, step: "validate", state: "started" },
        { ...stage.envelope(), execution: `${parent}${"x".repeat(300)}${end}` },
      );
    const keys = Object.keys(guest.values(watch)).filter((key) => key.startsWith("step/"));
    expect(keys).toHaveLength(2);
    for (const key of keys) expect(key.length).toBeLessThan(240);
  });
});

describe("candidates", () => {
  it("of two models that number them in the same way are all kept", async () => {
    const { stage, owner } = await followed();
    for (const source of ["Model A", "Model B"])
      await stage.app.progress.propose(
        {
          subject: "video/v_1",
          thread: "t",
          round: 1,
          source,
          candidates: ["1", "2"].map((id) => ({ id, title: `${id} of ${source}` })),
        },
        stage.envelope(),
      );
    const values = Object.values(owner.values(work)) as CandidateValue[];
    expect(values.map(({ source, id, title }) => `${source} ${id}: ${title}`).sort()).toEqual([
      "Model A 1: 1 of Model A",
      "Model A 2: 2 of Model A",
      "Model B 1: 1 of Model B",
      "Model B 2: 2 of Model B",
    ]);
    expect(new Set(values.map(({ by }) => by)).size).toBe(2);
  });

  it("of two publishers that name no source are all kept", async () => {
    const { stage, owner } = await followed();
    for (const source of ["titles.app", "names.app"])
      await stage.app.progress.propose(
        { subject: "video/v_1", thread: "t", round: 1, candidates: [{ id: "1", title: `Of ${source}` }] },
        { ...stage.envelope(), source },
      );
    const values = Object.values(owner.values(work)) as CandidateValue[];
    expect(values.map(({ title }) => title).sort()).toEqual(["Of names.app", "Of titles.app"]);
  });

  it("reach owners as each source proposes them, and viewers never", async () => {
    const { stage, owner, guest } = await followed();
    await stage.app.progress.propose(
      {
        subject: "video/v_1",
        thread: "title",
        round: 1,
        source: "model",
        candidates: [{ id: "m-1", title: "One", mood: "dry" }],
      },
      stage.envelope(),
    );
    expect(owner.values(work)).toEqual({
      [`candidate/title/1/${fnv1a("model").toString(36)}/m-1`]: {
        thread: "title",
        round: 1,
        by: fnv1a("model").toString(36),
        id: "m-1",
        source: "model",
        title: "One",
        more: { mood: "dry" },
      },
    });
    expect(guest.values(watch)).toEqual({});
  });
});
