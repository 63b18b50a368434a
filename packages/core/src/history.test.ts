import {
  CandidatesProposed,
  ExecutionStatusChanged,
  FactsSet,
  type HistoryEntry,
  HistoryPage,
  jsonBytes,
  ProgressReported,
  type Subject,
} from "@callboard/protocol";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Ports } from "./ports/index.ts";
import { ana, anybodys, executionArn, memoryStage, viewer } from "./testing/memory-stage.ts";
import { memoryHistoryStore } from "./testing/memory-stores.ts";
import { runs } from "./testing/runs.ts";

const subject: Subject = "video/v_1";
const start = Date.UTC(2026, 0, 1);

/** A stage on which videos are listed, with the events of a bus: the same event may be delivered again. */
function historyStage(overrides: (ports: Ports) => Partial<Ports> = () => ({})) {
  const history = memoryHistoryStore();
  const stage = memoryStage((ports) => ({ lists: new Set(["video"]), history, ...overrides(ports) }));
  let count = 0;
  const { progress } = stage.app;
  const eventOf = (type: string, detail: object, time = start + 60_000) => {
    const envelope = { ...anybodys, id: `ev${count++}`, time, execution: executionArn };
    return (): Promise<void> => {
      if (type === "report") return progress.report(ProgressReported.parse({ subject, ...detail }), envelope);
      if (type === "facts") return progress.setFacts(FactsSet.parse({ subject, ...detail }), envelope);
      if (type === "ended") return progress.executionChanged(ExecutionStatusChanged.parse(detail));
      return progress.propose(CandidatesProposed.parse({ subject, ...detail }), envelope);
    };
  };
  const read = async (limit = 100, before?: string) =>
    HistoryPage.parse(await stage.app.history.read(subject, { limit, before }));
  /** What happened, the oldest first, in a short form. */
  const told = async () => (await read()).entries.reverse().map(inShort);
  return { ...stage, history, eventOf, read, told };
}

function inShort(entry: HistoryEntry): string {
  switch (entry.what) {
    case "progress":
      return `${entry.step} ${entry.state}`;
    case "execution":
      return `run ${entry.redrive ?? 0} ${entry.state}`;
    case "facts":
      return `facts ${entry.facts.map(({ name }) => name)}`;
    case "candidates":
      return `${entry.count} candidates`;
    case "question":
      return `${entry.thread} ${entry.happened}`;
  }
}

const status = (status: string, more: object = {}) => ({
  executionArn,
  name: "e1",
  status,
  startDate: start,
  ...more,
});

type Told = readonly [type: string, detail: object];

/** Everything that producers report about one video whose run fails and is redriven. */
const story: readonly Told[] = [
  ["report", { step: "mp4", state: "started", at: start, owners: ["user/ana"] }],
  ["report", { step: "mp4", state: "running", at: start + 1000, percent: 50 }],
  ["report", { step: "mp4", state: "running", at: start + 2000, message: "Second pass" }],
  ["facts", { at: start + 2500, facts: [{ name: "tags", value: ["a"], label: "Tags" }] }],
  ["report", { step: "mp4", state: "succeeded", at: start + 3000 }],
  ["report", { step: "titles", state: "started", at: start + 3000 }],
  ["candidates", { thread: "title", round: 1, source: "A model", candidates: [{ id: "a", title: "A" }] }],
  ["ended", status("FAILED", { stopDate: start + 5000, error: "States.Runtime", cause: "It broke." })],
  ["ended", status("RUNNING", { redriveCount: 1, redriveDate: start + 6000 })],
  ["report", { step: "titles", state: "succeeded", attempt: 2, at: start + 7000 }],
  ["ended", status("SUCCEEDED", { redriveCount: 1, redriveDate: start + 6000, stopDate: start + 8000 })],
];

it("stores reports in the order in which they happened", async () => {
  const { eventOf, told } = historyStage();
  for (const [type, detail] of story) await eventOf(type, detail)();
  expect(await told()).toEqual([
    "mp4 started",
    "mp4 running",
    "facts tags",
    "titles started",
    "mp4 succeeded",
    "run 0 failed",
    "run 1 running",
    "titles succeeded",
    "run 1 succeeded",
    // They have only the time of their event.
    "1 candidates",
  ]);
});

it("is the same in any order of events, and if each is delivered or put several times", async () => {
  const calm = historyStage();
  for (const [type, detail] of story) await calm.eventOf(type, detail)();
  const wanted = await calm.read();
  // If two ends come before the subject is known, the record keeps only the later one.
  const [first, ...rest] = story;
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...rest, ...rest], { minLength: 2 * rest.length }),
      async (shuffled) => {
        const { eventOf, read } = historyStage();
        const deliveries = new Map(rest.map((one) => [one, eventOf(...one)]));
        await eventOf(...first!)();
        for (const one of shuffled) await deliveries.get(one)!();
        expect((await read()).entries.map(withoutOwn)).toEqual(wanted.entries.map(withoutOwn));
      },
    ),
    { numRuns: runs(30) },
  );
});

/** Candidates get an id from their event. */
const withoutOwn = ({ id, ...entry }: HistoryEntry) =>
  entry.what === "candidates" ? entry : { id, ...entry };

it("stores a report once if its producer put it twice", async () => {
  const { eventOf, told } = historyStage();
  const detail = { step: "mp4", state: "started", at: start };
  await eventOf("report", detail)();
  await eventOf("report", detail, start + 90_000)();
  expect(await told()).toEqual(["mp4 started"]);
});

it("has the end of a run that arrived before the subject was known", async () => {
  const { eventOf, told } = historyStage();
  await eventOf("ended", status("ABORTED", { stopDate: start + 100 }))();
  expect(await told()).toEqual([]);
  await eventOf("report", { step: "mp4", state: "started", at: start })();
  expect(await told()).toEqual(["mp4 started", "run 0 aborted"]);

  const asked = historyStage();
  await asked.eventOf("ended", status("ABORTED", { stopDate: start - 100 }))();
  await asked.ask();
  expect((await asked.told())[0]).toBe("run 0 aborted");
});

it("stores no report that only changes a percentage, and nothing about kinds that are not listed", async () => {
  const { eventOf, history } = historyStage();
  await eventOf("report", { step: "mp4", state: "running", percent: 7, title: "A title", at: start })();
  expect(history.all()).toEqual([]);
  const other = historyStage(() => ({ lists: new Set(["order", "videos", "vide"]) }));
  for (const [type, detail] of story) await other.eventOf(type, detail)();
  await other.ask();
  expect(other.history.all()).toEqual([]);
});

it("does not store how many people watch, which is reported again and again while a video is live", async () => {
  const { eventOf, told } = historyStage();
  for (let n = 0; n < 240; n++)
    await eventOf("facts", { at: start + n * 15_000, facts: [{ name: "views", value: n }] })();
  expect(await told()).toEqual([]);
  // Another value of that name is a fact like any other.
  const more = [
    { name: "views", value: ["Front", "Back"] },
    { name: "tags", value: ["a"] },
  ];
  await eventOf("facts", { at: start, facts: more })();
  await eventOf("facts", { at: start + 1, facts: [{ name: "views", value: 7 }, more[1]] })();
  await eventOf("facts", { at: start + 2, facts: [{ name: "views", value: null }] })();
  expect(await told()).toEqual(["facts views,tags", "facts tags", "facts views"]);
});

it("places a report with a future time at the time when it was put", async () => {
  const { eventOf, told } = historyStage();
  await eventOf("report", { step: "mp4", state: "started", at: start + 3_600_000 }, start)();
  await eventOf("report", { step: "mp4", state: "succeeded", at: start + 60_000 }, start + 60_000)();
  expect(await told()).toEqual(["mp4 started", "mp4 succeeded"]);
});

it("keeps the start of an attempt before its end, though a producer gives both the same time", async () => {
  const { eventOf, told } = historyStage();
  const at = start;
  for (const one of [
    { state: "succeeded", attempt: 2 },
    { state: "started", attempt: 2 },
    { state: "failed" },
    { state: "started" },
  ])
    await eventOf("report", { step: "mp4", at, ...one })();
  await eventOf("report", { step: "execution", state: "succeeded", at })();
  await eventOf("report", { step: "execution", state: "started", at })();
  expect(await told()).toEqual([
    "execution started",
    "mp4 started",
    "mp4 failed",
    "mp4 started",
    "mp4 succeeded",
    "execution succeeded",
  ]);
});

it("returns each row once, though many are of one millisecond and others arrive while a client reads", async () => {
  const { eventOf, read } = historyStage();
  const steps = Array.from({ length: 40 }, (_, n) => `step-${n}`);
  for (const step of steps) await eventOf("report", { step, state: "started", at: start })();
  const seen: string[] = [];
  let next: string | undefined;
  do {
    const page = await read(7, next);
    expect(page.entries.length).toBeLessThanOrEqual(7);
    seen.push(...page.entries.map((entry) => (entry.what === "progress" ? entry.step : "")));
    next = page.next;
    await eventOf("report", { step: "later", state: "started", at: start + seen.length })();
  } while (next !== undefined);
  expect([...seen].sort()).toEqual([...steps].sort());
});

it("stores a step once that two events report, in any order and if repeated", async () => {
  const { app, told } = historyStage();
  const begun = { subject, step: "plugin", at: start } as const;
  const ended = { state: "succeeded", at: start + 90_000 } as const;
  const tell = (half: object, time: number, id: string) =>
    app.progress.pair({ key: "k", ...half }, { ...anybodys, id, time });
  await tell({ begun }, start, "e1");
  await tell({ ended }, start + 90_000, "e2");
  await tell({ begun }, start, "e1");
  expect(await told()).toEqual(["plugin succeeded"]);
});

it("stores nothing that a producer may not publish", async () => {
  const { app, eventOf, told, history } = historyStage();
  await eventOf("report", { step: "mp4", state: "started", at: start })();
  const foreign = {
    ...{ id: "e1", time: start, source: "other", execution: executionArn },
    may: (one: Subject) => one === "video/other",
  };
  const detail = { subject: "video/other", step: "mp4", state: "failed", at: start } as const;
  await expect(app.progress.report(detail, foreign)).rejects.toThrow("may not publish about");
  expect(await told()).toEqual(["mp4 started"]);
  expect(history.all()).toHaveLength(1);
});

it("keeps a row small, whatever a producer reports", async () => {
  const { eventOf, history } = historyStage();
  const wide = "\u{1f3ac}\u0001\u65e5".repeat(2000);
  const name = (n: number) => `${n}-`.padEnd(64, "n");
  await eventOf("report", {
    step: name(1),
    state: "failed",
    at: start,
    attempt: 999,
    message: wide,
    cause: wide,
  })();
  const facts = Array.from({ length: 20 }, (_, n) => ({ name: name(n), value: null, label: wide }));
  await eventOf("facts", { at: start, facts })();
  await eventOf("candidates", { thread: name(1), round: 99, source: wide, candidates: [] })();
  await eventOf("ended", {
    ...status("FAILED", { stopDate: start, cause: wide, error: wide }),
    executionArn,
  })();
  const rows = history.all();
  expect(rows).toHaveLength(4);
  for (const { happened } of rows)
    expect([jsonBytes(happened) <= 1000, happened.what]).toEqual([true, happened.what]);
  const kept = rows.find(({ happened }) => happened.what === "facts")!.happened;
  if (kept.what !== "facts") throw new Error("no facts");
  expect(kept.facts.length + kept.more!).toBe(20);
});

it("has the row before anybody is notified, so that another process can complete the work", async () => {
  const { ports, eventOf, told, history } = historyStage();
  const { heads } = ports;
  const open = heads.open;
  heads.open = () => Promise.reject(new Error("the table is out"));
  const report = eventOf("report", { step: "mp4", state: "started", at: start });
  await expect(report()).rejects.toThrow("the table is out");
  expect(history.all()).toEqual([]);
  heads.open = open;
  const commit = heads.commit;
  heads.commit = () => Promise.reject(new Error("the process died"));
  await expect(report()).rejects.toThrow("the process died");
  expect(await told()).toEqual(["mp4 started"]);
  heads.commit = commit;
  await report();
  expect(await told()).toEqual(["mp4 started"]);
});

it("shows what a question's ledger says, each row once", async () => {
  const { ask, reply, pump, advance, told, read, app } = historyStage();
  const id = await ask();
  await app.feedback.attend({ connectionId: "c1", caller: ana }, id, "shown");
  await pump();
  await advance(1000);
  await reply(id, { verb: "pick", comment: "Short." });
  await pump();
  await app.feedback.announce(id, 4);
  await app.feedback.announce(id, 1);
  expect(await told()).toEqual(["title asked", "title seen", "title answered", "title relayed"]);
  const { entries } = await read();
  expect(entries.find((entry) => entry.what === "question" && entry.happened === "answered")).toMatchObject({
    requestId: id,
    round: 1,
    by: { id: "ana", name: "Ana" },
    verb: "pick",
    candidate: "A title",
    comment: "Short.",
  });
});

it("has every row of a ledger, though the announcing process died before the bus took the event", async () => {
  const put: Ports["bus"]["put"] = async (events) => {
    if (events.some(({ type }) => type === "Feedback Answered")) throw new Error("the bus is out");
    stage.queue.push(...events);
  };
  const stage = historyStage(() => ({ bus: { put } }));
  const id = await stage.ask();
  await stage.reply(id);
  await expect(stage.pump()).rejects.toThrow("the bus is out");
  await expect(stage.advance(60_000)).rejects.toThrow("the bus is out");
  expect((await stage.told()).slice(0, 2)).toEqual(["title asked", "title answered"]);
});

it("stores no name or text of a person, and does not show them once the person is erased", async () => {
  const { ask, reply, pump, app, history, read } = historyStage();
  const named = { ...ana, name: "Ana Lovelace" };
  const id = await ask();
  await app.feedback.attend({ connectionId: "c1", caller: named }, id, "shown");
  await reply(id, { verb: "edit", comment: "My very own words", value: "My title" }, named);
  await pump();
  const text = async () => JSON.stringify(await read());
  expect(await text()).toContain("Ana Lovelace");
  expect(await text()).toContain("My very own words");
  const words = ["Lovelace", "very own words", "My title", "user/ana", '"ana"'];
  for (const word of words) expect(JSON.stringify(history.all())).not.toContain(word);
  await app.feedback.erase("user/ana");
  await pump();
  for (const word of words) expect(await text()).not.toContain(word);
  expect(await text()).toContain('"name":"erased"');
  expect((await read()).entries.map(inShort)).toContain("title answered");
});

it("leaves out a question that is no longer stored, and reports that there is more before it", async () => {
  let isGone = false;
  const stage = historyStage(({ requests }) => ({
    requests: { ...requests, read: async (id) => (isGone ? undefined : requests.read(id)) },
  }));
  await stage.eventOf("report", { step: "mp4", state: "started", at: start - 1000 })();
  await stage.ask();
  isGone = true;
  const page = await stage.read(1);
  expect(page).toEqual({ entries: [], next: expect.any(String) });
  expect((await stage.read(10, page.next)).entries.map(inShort)).toEqual(["mp4 started"]);
});

it("is only for people who may follow the subject's work channel", async () => {
  const { eventOf, app } = historyStage();
  await eventOf("report", { step: "mp4", state: "started", at: start, owners: ["user/olga"] })();
  const part = { limit: 10 };
  const olga = { ...viewer, id: "olga", capabilities: [] };
  expect(await app.history.view(olga, subject, part)).toMatchObject({ entries: [{ step: "mp4" }] });
  expect(await app.history.view(ana, subject, part)).toMatchObject({ entries: [{ step: "mp4" }] });
  expect(await app.history.view(viewer, subject, part)).toBe("forbidden");
  expect(await app.history.view({ ...olga, id: "eve" }, subject, part)).toBe("forbidden");
  expect(await app.history.view(olga, "video/v_1/more", part)).toBe("forbidden");
});
