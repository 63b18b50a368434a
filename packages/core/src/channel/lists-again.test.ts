import { limits, type ProgressReported } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import { createApp } from "../app.ts";
import { all, anas, begin, end, lineOf, linesOf, listing } from "./testing/lists.ts";

describe("a list that could not be updated", () => {
  /** Fails the first write of a list, after it took effect or before. */
  const dying = (when: "before" | "after", nth = 1) => {
    let left = nth;
    return listing(["video"], async (change, next) => {
      if (!change.before.name.startsWith("list:") || --left !== 0) return next(change);
      if (when === "after") await next(change);
      throw new Error("the table is away");
    });
  };

  it.each(["before", "after"] as const)(
    "is corrected when the report is repeated that was lost %s its write",
    async (when) => {
      const stage = dying(when);
      const told = {
        step: "probe",
        state: "started" as const,
        title: "A title",
        owners: ["user/ana" as const],
      };
      await expect(stage.report(told)).rejects.toThrow("the table is away");
      await stage.report(told);
      for (const list of [all, anas]) expect(await lineOf(stage, list)).toMatchObject({ title: "A title" });
    },
  );

  it("is corrected by the repeat even after later reports of the step", async () => {
    const stage = dying("before");
    const at = stage.now();
    await expect(stage.report({ step: "probe", state: "started", at })).rejects.toThrow();
    stage.pass(1000);
    await stage.report({ step: "probe", state: "running", percent: 50 });
    expect(await linesOf(stage, all)).toEqual([]);
    await stage.report({ step: "probe", state: "started", at });
    expect(await lineOf(stage)).toMatchObject({ state: "running" });
  });

  it("is corrected when the clock repeats a question, and when an execution's end is repeated", async () => {
    const asked = dying("before");
    await expect(asked.ask()).rejects.toThrow("the table is away");
    await asked.advance(10_000);
    expect(await lineOf(asked)).toMatchObject({ waiting: 1 });
    const ended = dying("before", 2);
    await ended.report({ step: "probe", state: "started" });
    await expect(end(ended)).rejects.toThrow("the table is away");
    await end(ended);
    expect(await lineOf(ended)).toMatchObject({ state: "failed" });
  });

  it("is not changed by an outdated update", async () => {
    let hold: Promise<void> | undefined;
    let release = () => {};
    const stage = listing(["video"], async (change, next) => {
      const held = hold;
      if (change.before.name === all && held) {
        hold = undefined;
        await held;
      }
      return next(change);
    });
    await stage.report({ step: "probe", state: "started", title: "First" });
    hold = new Promise((resolve) => {
      release = resolve;
    });
    const other = { ...stage.ports, heads: { ...stage.ports.heads } };
    stage.pass(1000);
    const late = stage.report({ step: "mp4", state: "started", title: "Second" });
    stage.pass(1000);
    const detail = { subject: "video/v_1", step: "words", state: "started", at: stage.now(), title: "First" };
    await createApp(other).progress.report(detail as ProgressReported, stage.envelope());
    release();
    await late;
    expect(await lineOf(stage)).toMatchObject({ title: "First" });
  });

  it("shows the current state of a subject that was rejected first and is added by a late update", async () => {
    let hold: Promise<void> | undefined;
    let release = () => {};
    const stage = listing(["video"], async (change, next) => {
      if (change.before.name === all) await hold;
      return next(change);
    });
    const began = stage.now();
    for (let n = 0; n < limits.listedSubjects; n++) {
      stage.pass(1000);
      await begin(stage, `v_${n}`);
    }
    const before = await linesOf(stage, all);
    hold = new Promise((resolve) => {
      release = resolve;
    });
    stage.pass(1000);
    const late = begin(stage, "child", { subject: "video/odd" });
    const other = createApp({ ...stage.ports, heads: { ...stage.ports.heads } });
    await begin({ ...stage, app: { ...stage.app, ...other } }, "parent", { subject: "video/odd", at: began });
    expect(await linesOf(stage, all)).toEqual(before);
    release();
    await late;
    const odd = (await linesOf(stage, all)).find(({ subject }) => subject === "video/odd");
    expect(odd).toMatchObject({ state: "running", startedAt: began });
  });
});
