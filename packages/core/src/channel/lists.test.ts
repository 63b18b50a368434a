import type { HeadName } from "@callboard/protocol";
import { type Channel, type ListedValue, limits, type ProgressReported } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import { createApp } from "../app.ts";
import type { HeadStore } from "../ports/index.ts";
import { itemsOf, metaOf } from "../testing/heads.ts";
import { ana, executionArn, memoryStage, type Stage, viewer } from "../testing/memory-stage.ts";

const all = "list:video" as const;
const anas = "list:video/user/ana" as const;
const avatar = { object: { key: "avatars/v_1.png", mediaType: "image/png" } };

/** What was done to the heads of lists. */
interface Counted {
  opened: HeadName[];
  committed: HeadName[];
}

/** A stage that lists videos, counts what happens to lists, and may disturb each write. */
function listing(
  lists: readonly string[] = ["video"],
  commit?: (
    change: Parameters<HeadStore["commit"]>[0],
    next: HeadStore["commit"],
  ) => ReturnType<HeadStore["commit"]>,
) {
  const counted: Counted = { opened: [], committed: [] };
  const isList = (name: string) => name.startsWith("list:");
  const stage = memoryStage(({ heads }) => ({
    lists: new Set(lists),
    heads: {
      ...heads,
      async open(name) {
        if (isList(name)) counted.opened.push(name);
        return heads.open(name);
      },
      async commit(change) {
        if (isList(change.before.name)) counted.committed.push(change.before.name);
        return commit ? commit(change, heads.commit) : heads.commit(change);
      },
    },
  }));
  return { ...stage, counted };
}

async function linesOf({ ports }: Pick<Stage, "ports">, list: Channel): Promise<ListedValue[]> {
  const items = (await itemsOf(ports, list)).filter(({ value }) => value !== null);
  return items.map(({ value }) => value as ListedValue).sort((a, b) => b.startedAt - a.startedAt);
}

const lineOf = async (stage: Pick<Stage, "ports">, list: Channel = all) => (await linesOf(stage, list))[0];

/** A report of a run of its own of a subject. */
async function begin(stage: Stage, name: string, more: Partial<ProgressReported> = {}): Promise<void> {
  const execution = executionArn.replace(/e1$/, name);
  const detail = { subject: `video/${name}`, step: "execution", state: "started" as const, at: stage.now() };
  await stage.app.progress.report({ ...detail, ...more }, { ...stage.envelope(), execution });
}

const end = (stage: Stage, status: "FAILED" | "TIMED_OUT" | "ABORTED" = "FAILED", arn = executionArn) =>
  stage.app.progress.executionChanged({
    executionArn: arn,
    name: "e1",
    status,
    startDate: stage.now() - 1000,
    stopDate: stage.now(),
    error: "States.Runtime",
    cause: "a secret of its owners",
  } as Parameters<Stage["app"]["progress"]["executionChanged"]>[0]);

describe("a list", () => {
  it("shows a subject from its first report on, with title, picture, questions and end as they come", async () => {
    const stage = listing();
    const client = stage.client("c1", viewer);
    expect(await client.follow(all)).toBeUndefined();
    const line = () => client.values(all)["subject/video/v_1"] as ListedValue;
    const startedAt = stage.now();
    await stage.report({ step: "probe", state: "started" });
    expect(line()).toEqual({ subject: "video/v_1", state: "running", startedAt, at: startedAt });
    stage.pass(1000);
    await stage.report({ step: "probe", state: "succeeded", title: "talk.mp4" });
    expect(line()).toMatchObject({ title: "talk.mp4", at: startedAt + 1000 });
    stage.pass(1000);
    const id = await stage.ask();
    expect(line()).toMatchObject({ state: "running", waiting: 1 });
    await stage.reply(id);
    await stage.pump();
    expect(line()).not.toHaveProperty("waiting");
    stage.pass(1000);
    await stage.report({ step: "avatar", state: "succeeded", data: { avatar } });
    expect(line().object).toMatchObject({
      ...avatar.object,
      url: expect.stringContaining("avatars/v_1.png"),
    });
    stage.pass(1000);
    await stage.report({ step: "execution", state: "succeeded" });
    expect(line()).toMatchObject({ title: "talk.mp4", state: "succeeded", startedAt, at: startedAt + 4000 });
    expect(client.gaps.size).toBe(0);
  });

  it("signs its pictures when they are asked for, for those who may follow it", async () => {
    const stage = listing();
    await stage.report({ step: "avatar", state: "succeeded", data: { avatar } });
    const key = "subject/video/v_1";
    const resolve = (caller: typeof ana, list: Channel) =>
      stage.app.channels.resolve({ connectionId: "c1", caller }, list, key);
    expect(await resolve(viewer, all)).toMatchObject({ outcome: "resolved" });
    expect(await resolve({ ...viewer, capabilities: [] }, all)).toEqual({ outcome: "forbidden" });
    expect(await resolve(ana, anas)).toEqual({ outcome: "not_found" });
  });

  it("holds nothing that viewers may not know: neither causes nor ARNs", async () => {
    const stage = listing();
    await stage.report({ step: "probe", state: "started", owners: ["user/ana"] });
    await stage.report({ step: "probe", state: "failed", cause: "a secret of its owners" });
    await end(stage);
    const kept = JSON.stringify([await itemsOf(stage.ports, all), await itemsOf(stage.ports, anas)]);
    expect(kept).toContain('"failed"');
    expect(kept).not.toMatch(/secret|arn:/);
  });

  it("is for each owner, whenever they become one, and for nobody else", async () => {
    const stage = listing();
    await stage.report({ step: "probe", state: "started", owners: ["user/ana"] });
    await stage.report({ step: "mp4", state: "started", owners: ["role/editors", "user/system"] });
    expect(await lineOf(stage, anas)).toEqual(await lineOf(stage));
    expect(await lineOf(stage, "list:video/role/editors")).toEqual(await lineOf(stage));
    expect(await metaOf(stage.ports, "list:video/user/system")).toBeUndefined();
    expect(await stage.client("c1", { ...viewer, id: "eve" }).follow(anas)).toBe("forbidden");
  });

  it("tells nobody of subjects that are not theirs, not even that they are gone", async () => {
    const stage = listing();
    const ben = stage.client("of-ben", { ...viewer, id: "ben", capabilities: [] });
    const eve = stage.client("of-eve", { ...viewer, id: "eve", capabilities: ["watch:video/v_1"] });
    expect(await ben.follow("list:video/user/ben")).toBeUndefined();
    expect(await eve.follow(all)).toBe("forbidden");
    for (let n = 0; n <= limits.listedSubjects; n++) {
      stage.pass(1000);
      await begin(stage, `v_${n}`, { owners: ["user/ana"] });
    }
    expect(stage.deliveries.map(({ connectionId }) => connectionId)).toEqual([]);
    await begin(stage, "of_ben", { owners: ["user/ben"] });
    const told = new Set(stage.deliveries.map(({ connectionId, channel }) => `${connectionId} ${channel}`));
    expect([...told]).toEqual(["of-ben list:video/user/ben"]);
    expect(JSON.stringify(stage.deliveries)).not.toContain("video/v_");
  });

  it("is unborn for a kind that is not listed, and nothing is read or written for it", async () => {
    const stage = listing([]);
    const client = stage.client("c1", viewer);
    expect(await client.follow(all)).toBeUndefined();
    expect(client.map(all)).toMatchObject({ epoch: "unborn", offset: 0 });
    await stage.report({ step: "probe", state: "started", title: "A title", owners: ["user/ana"] });
    await stage.ask();
    await end(stage);
    expect(stage.counted).toEqual({ opened: [], committed: [] });
    const other = listing(["order", "vide", "videos"]);
    await other.report({ step: "probe", state: "started", title: "A title" });
    expect(other.counted).toEqual({ opened: [], committed: [] });
  });

  it("is not touched by percents, messages, further steps, nor by a title that is said again", async () => {
    const stage = listing();
    await stage.report({ step: "probe", state: "started", title: "A title" });
    stage.counted.opened.length = stage.counted.committed.length = 0;
    for (let n = 1; n <= 20; n++) {
      stage.pass(100);
      const detail = { percent: 5 * n, message: `${n}`, title: "A title" };
      await stage.report({ step: n % 2 ? "mp4" : "words", state: "running", ...detail });
    }
    expect(stage.counted).toEqual({ opened: [], committed: [] });
    stage.pass(100);
    await stage.report({ step: "mp4", state: "running", title: "Another" });
    expect(stage.counted.committed).toEqual([all]);
  });
});

describe("a subject in a list", () => {
  it("runs while one of its runs does, and then stands as the last of them ended", async () => {
    const stage = listing();
    const startedAt = stage.now();
    await begin(stage, "v_1");
    stage.pass(1000);
    const child = executionArn.replace(/e1$/, "child");
    await begin(stage, "child", { subject: "video/v_1" });
    stage.pass(1000);
    await begin(stage, "v_1", { state: "failed" });
    expect(await lineOf(stage)).toMatchObject({ state: "running", startedAt: startedAt + 1000 });
    stage.pass(1000);
    await end(stage, "TIMED_OUT", child);
    expect(await lineOf(stage)).toMatchObject({ state: "timed_out", startedAt: startedAt + 1000 });
  });

  it("counts every question that is open", async () => {
    const stage = listing();
    const first = await stage.ask({ thread: "title" });
    await stage.ask({ thread: "cover" });
    expect(await lineOf(stage)).toMatchObject({ waiting: 2 });
    await stage.reply(first);
    await stage.pump();
    expect(await lineOf(stage)).toMatchObject({ waiting: 1 });
    await end(stage);
    await stage.pump();
    expect(await lineOf(stage)).not.toHaveProperty("waiting");
  });

  it("has begun when it was first listed, as long as nothing says that it runs", async () => {
    const stage = listing();
    const report = (detail: object, time = stage.now()) =>
      stage.app.progress.report(
        { subject: "video/v_1", step: "upload", state: "running", at: time, ...detail } as ProgressReported,
        { ...stage.envelope(), execution: undefined } as never,
      );
    await report({});
    expect(await linesOf(stage, all)).toEqual([]);
    const startedAt = stage.now();
    await report({ title: "talk.mp4" });
    stage.pass(1000);
    await report({ title: "A talk" });
    const line = { subject: "video/v_1", title: "A talk", startedAt, at: startedAt + 1000 };
    expect(await linesOf(stage, all)).toEqual([line]);
  });

  it("that says it began in the year 2099 does not stand above all others for ever", async () => {
    const stage = listing();
    await begin(stage, "odd", { at: Date.UTC(2099, 0, 1) });
    const began = stage.now();
    expect(await lineOf(stage)).toMatchObject({ startedAt: began });
    stage.pass(60_000);
    await begin(stage, "later");
    await begin(stage, "odd", { at: Date.UTC(2099, 0, 1), title: "Odd", state: "running" });
    expect((await linesOf(stage, all)).map(({ subject, startedAt }) => [subject, startedAt])).toEqual([
      ["video/later", began + 60_000],
      ["video/odd", began],
    ]);
  });
});

describe("a full list", () => {
  const most: number = limits.listedSubjects;
  async function filled(count = most) {
    const stage = listing();
    for (let n = 0; n < count; n++) {
      stage.pass(1000);
      await begin(stage, `v_${n}`);
    }
    return stage;
  }
  const namesOf = async (stage: Stage) =>
    (await linesOf(stage, all)).map(({ subject }) => Number(subject.slice("video/v_".length)));
  const newest = (count: number, from: number) => Array.from({ length: count }, (_, n) => from - n);

  it("lets go of the one that began first, and tells those who follow", async () => {
    const stage = await filled();
    const client = stage.client("c1", viewer);
    await client.follow(all);
    expect(Object.keys(client.values(all))).toHaveLength(most);
    stage.pass(1000);
    await begin(stage, `v_${most}`);
    expect(await namesOf(stage)).toEqual(newest(most, most));
    expect(client.values(all)).not.toHaveProperty("subject/video/v_0");
    expect(Object.keys(client.values(all))).toHaveLength(most);
  });

  it("does not take back what it let go because that changes, but because it runs anew", async () => {
    const stage = await filled(most + 1);
    await begin(stage, "v_0", { title: "A title" });
    expect(await namesOf(stage)).toEqual(newest(most, most));
    await end(stage, "FAILED", executionArn.replace(/e1$/, "v_0"));
    expect(await namesOf(stage)).toEqual(newest(most, most));
    stage.pass(1000);
    await begin(stage, "again", { subject: "video/v_0" });
    expect(await namesOf(stage)).toEqual([0, ...newest(most - 1, most)]);
    expect((await lineOf(stage))?.title).toBe("A title");
  });

  it("goes by the start alone: what ended does not give way to what began before it and runs", async () => {
    const stage = await filled();
    for (const n of [1, 2, most - 1]) await end(stage, "FAILED", executionArn.replace(/e1$/, `v_${n}`));
    stage.pass(1000);
    await begin(stage, `v_${most}`);
    expect(await namesOf(stage)).toEqual(newest(most, most));
    expect((await linesOf(stage, all)).at(-1)).toMatchObject({ subject: "video/v_1", state: "failed" });
  });

  it("keeps its bound, whoever comes at once and through whichever process", async () => {
    const stage = await filled(most - 3);
    const others = [1, 2, 3].map(() => ({ ...stage.ports, heads: { ...stage.ports.heads } }));
    const apps = [stage.app, ...others.map(createApp)];
    stage.pass(1000);
    const at = stage.now();
    await Promise.all(
      Array.from({ length: 40 }, (_, n) => {
        const name = `v_${most - 3 + n}`;
        const execution = executionArn.replace(/e1$/, name);
        return apps[n % apps.length]!.progress.report(
          { subject: `video/${name}`, step: "execution", state: "started", at: at + n },
          { ...stage.envelope(), execution },
        );
      }),
    );
    expect(await metaOf(stage.ports, all)).toMatchObject({ keys: most });
  });

  it("forgets what it let go long ago, and stays as it should be", async () => {
    const stage = await filled(most + 2 * limits.removedKeys + 10);
    const last = most + 2 * limits.removedKeys + 9;
    expect(await namesOf(stage)).toEqual(newest(most, last));
    expect((await metaOf(stage.ports, all))?.removed).toBeLessThanOrEqual(2 * limits.removedKeys);
    await begin(stage, "v_0", { title: "Forgotten" });
    expect(await namesOf(stage)).toEqual(newest(most, last));
  });
});

describe("a list that nobody could be told of", () => {
  /** Refuses the first write of a list, after it took effect or before. */
  const dying = (when: "before" | "after", nth = 1) => {
    let left = nth;
    return listing(["video"], async (change, next) => {
      if (!change.before.name.startsWith("list:") || --left !== 0) return next(change);
      if (when === "after") await next(change);
      throw new Error("the table is away");
    });
  };

  it.each(["before", "after"] as const)(
    "comes right when the report comes again that made it wrong, lost %s its write",
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

  it("comes right by the repeat even if later reports have moved the step on", async () => {
    const stage = dying("before");
    const at = stage.now();
    await expect(stage.report({ step: "probe", state: "started", at })).rejects.toThrow();
    stage.pass(1000);
    await stage.report({ step: "probe", state: "running", percent: 50 });
    expect(await linesOf(stage, all)).toEqual([]);
    await stage.report({ step: "probe", state: "started", at });
    expect(await lineOf(stage)).toMatchObject({ state: "running" });
  });

  it("comes right when the clock brings a question back, and when an execution's end comes again", async () => {
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

  it("never goes backwards because somebody tells late what is no longer so", async () => {
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
});

it("empties the lists of whoever is erased, in every kind that is listed, and leaves those of others", async () => {
  const stage = listing(["video", "order"]);
  await stage.report({ step: "probe", state: "started", owners: ["user/ana", "user/ben"] });
  await begin(stage, "o_1", { subject: "order/o_1", owners: ["user/ana"] });
  const erased = await stage.app.feedback.erase("user/ana");
  expect(erased).toMatchObject({ counts: { listedSubjects: 2 } });
  for (const list of [anas, "list:order/user/ana"] as const) expect(await linesOf(stage, list)).toEqual([]);
  for (const list of [all, "list:video/user/ben"] as const)
    expect(await linesOf(stage, list)).toHaveLength(1);
});
