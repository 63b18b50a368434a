import { hours, type ProgressReported, workChannel } from "@callboard/protocol";
import { expect, it } from "vitest";
import { version } from "../channel/change.ts";
import type { Entry, ExecutionRecord } from "../ports/index.ts";
import { itemsOf, memoryStage, propose } from "../testing/index.ts";
import { changesEntry, staysRemoved } from "./stays-removed.ts";

const subject = "job/nightly";
const arnOf = (run: number) => `arn:aws:states:us-east-1:000000000000:execution:nightly:run-${run}`;

/** A subject with many executions, each with eight steps and, if requested, its end. */
function nightly() {
  const stage = memoryStage();
  type Event = readonly [ProgressReported, ReturnType<typeof stage.envelope> & { execution: string }];
  const event = (run: number, step: string, more: Partial<ProgressReported> = {}): Event => [
    { subject, step, state: "succeeded", at: stage.now(), ...more },
    { ...stage.envelope(), execution: arnOf(run) },
  ];
  const report = (told: Event) => stage.app.progress.report(...told);
  const runs = async (from: number, count: number, end?: "FAILED") => {
    for (let run = from; run < from + count; run++) {
      const steps = Array.from({ length: 8 }, (_, n) => event(run, `s${n}`));
      await Promise.all(steps.map(report));
      if (end) await ended(run, end);
      stage.pass(60_000);
    }
  };
  const ended = (
    run: number,
    status: "FAILED" | "RUNNING",
    more: { redriveCount?: number; redriveDate?: number } = {},
  ) =>
    stage.app.progress.executionChanged({
      executionArn: arnOf(run),
      stateMachineArn: "",
      name: `run-${run}`,
      status,
      startDate: stage.now(),
      ...(status === "FAILED" ? { stopDate: stage.now() } : {}),
      ...more,
    } as Parameters<typeof stage.app.progress.executionChanged>[0]);
  const shown = async (run: number) =>
    (await itemsOf(stage.ports, workChannel(subject)))
      .filter(({ key, value }) => value !== null && key.includes(`/nightly:run-${run}`))
      .filter(({ key }) => /[/]nightly:run-(\d+)(?:[/]|$)/.exec(key)?.[1] === String(run))
      .map(({ key }) => key.replace(`nightly:run-${run}`, "run"))
      .sort();
  return { ...stage, event, report, runs, ended, shown };
}

it("does not show an execution again when its events are repeated, as long as it is remembered", async () => {
  const stage = nightly();
  const first = stage.event(0, "s0");
  const started = stage.event(0, "s1", { state: "started" });
  await stage.report(started);
  await stage.runs(0, 1);
  const second = stage.event(1, "s0");
  await stage.runs(1, 1, "FAILED");
  await stage.runs(2, 60);
  expect(await stage.shown(0)).toEqual([]);
  expect(await stage.shown(1)).toEqual([]);
  for (const told of [first, started, second]) await stage.report(told);
  await stage.ended(1, "FAILED", { redriveCount: 0 });
  expect(await stage.shown(0)).toEqual([]);
});

it("does not show a late step of an execution that had ended and was removed", async () => {
  const stage = nightly();
  await stage.runs(0, 1, "FAILED");
  await stage.runs(1, 60);
  await stage.report(stage.event(0, "late"));
  expect(await stage.shown(0)).toEqual([]);
});

it("shows an execution again that was removed and continues", async () => {
  const stage = nightly();
  await stage.runs(0, 61);
  expect(await stage.shown(0)).toEqual([]);
  stage.pass(hours(1));
  await stage.report(stage.event(0, "s8", { state: "started" }));
  expect(await stage.shown(0)).toEqual(["execution/run", "step/run/s8"]);
  await stage.runs(100, 250);
  await stage.report(stage.event(0, "s9", { state: "started" }));
  expect(await stage.shown(0)).toEqual(["execution/run", "step/run/s8", "step/run/s9"]);
});

it("shows an execution again that had ended, was removed, and is redriven", async () => {
  const stage = nightly();
  await stage.runs(0, 1, "FAILED");
  await stage.runs(1, 60);
  await stage.ended(0, "RUNNING", { redriveCount: 1, redriveDate: stage.now() });
  await stage.report(stage.event(0, "s3", { state: "started", attempt: 1001 }));
  expect(await stage.shown(0)).toEqual(["execution/run", "step/run/s3"]);
});

it("shows a source's new proposal under a name that was removed, though its event arrives late", async () => {
  const stage = nightly();
  const propose = (title: string, time = stage.now()) =>
    stage.app.progress.propose(
      { subject, thread: "title", round: 1, source: "Nova", candidates: [{ id: "1", title }] },
      { ...stage.envelope(time), execution: arnOf(0) },
    );
  const titles = async () =>
    (await itemsOf(stage.ports, workChannel(subject)))
      .filter(({ key, value }) => key.startsWith("candidate/") && value !== null)
      .map(({ value }) => (value as { title: string }).title);
  const before = stage.now();
  await propose("First");
  await stage.runs(0, 120);
  expect(await titles()).toEqual([]);
  await propose("Second", before);
  expect(await titles()).toEqual(["Second"]);
});

it("shows unknown runs and candidates, even if their events arrive late in a busy subject", async () => {
  const stage = nightly();
  const put = stage.now();
  await stage.runs(0, 200);
  const late = (run: number, step: string) => {
    const [detail, envelope] = stage.event(run, step, { state: "started", at: put });
    return stage.report([detail, { ...envelope, time: put }]);
  };
  await late(900, "s0");
  expect(await stage.shown(900)).toEqual(["execution/run", "step/run/s0"]);
  await stage.ended(901, "FAILED", { redriveCount: 0 });
  stage.pass(hours(1));
  await stage.runs(300, 100);
  await Promise.all([late(901, "s0"), late(901, "s1")]);
  expect(await stage.shown(901)).toEqual(["execution/run", "step/run/s0", "step/run/s1"]);
  const candidates = [{ id: "1", title: "Late" }];
  await stage.app.progress.propose(
    { subject, thread: "late", round: 1, candidates },
    { ...stage.envelope(put), execution: arnOf(902) },
  );
  expect((await itemsOf(stage.ports, workChannel(subject))).map(({ key }) => key)).toContainEqual(
    expect.stringMatching(/^candidate\/late\/1\/[^/]+\/1$/),
  );
});

it("shows a removed execution again if it ended after that, and an event has something new of it", () => {
  const known: Entry = { key: "execution/e", value: null, version: version(0, 0), at: 100, offsets: {} };
  const record = (at: number): ExecutionRecord => ({
    execution: "e",
    end: { state: "failed", redrive: 0, at },
  });
  expect(staysRemoved({ known, record: record(100) }, true)).toBe(true);
  expect(staysRemoved({ known, record: record(101) }, true)).toBe(false);
  expect(staysRemoved({ known, record: record(101) }, false)).toBe(true);
});

it("has nothing new to say with the version that is known", () => {
  const known: Entry = { key: "k", value: 1, version: "2", at: 0, offsets: {} };
  const changes = (of: string) => changesEntry(propose("k", 2, of, 0), known);
  expect(["1", "2", "3"].map(changes)).toEqual([false, false, true]);
});
