import { type Channel, type ListedValue, limits, type ProgressReported } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import { createApp } from "../app.ts";
import { itemsOf, metaOf } from "../testing/heads.ts";
import { ana, executionArn, type Stage, viewer } from "../testing/memory-stage.ts";
import { all, anas, avatar, begin, end, lineOf, linesOf, listing } from "./testing/lists.ts";

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

  it("signs its pictures on request, for those who may follow it", async () => {
    const stage = listing();
    await stage.report({ step: "avatar", state: "succeeded", data: { avatar } });
    const key = "subject/video/v_1";
    const resolve = (caller: typeof ana, list: Channel) =>
      stage.app.channels.resolve({ connectionId: "c1", caller }, list, key);
    expect(await resolve(viewer, all)).toMatchObject({ outcome: "resolved" });
    expect(await resolve({ ...viewer, capabilities: [] }, all)).toEqual({ outcome: "forbidden" });
    expect(await resolve(ana, anas)).toEqual({ outcome: "not_found" });
  });

  it("contains nothing that viewers must not see: neither causes nor ARNs", async () => {
    const stage = listing();
    await stage.report({ step: "probe", state: "started", owners: ["user/ana"] });
    await stage.report({ step: "probe", state: "failed", cause: "a secret of its owners" });
    await end(stage);
    const kept = JSON.stringify([await itemsOf(stage.ports, all), await itemsOf(stage.ports, anas)]);
    expect(kept).toContain('"failed"');
    expect(kept).not.toMatch(/secret|arn:/);
  });

  it("exists for each owner, whenever they become one, and for nobody else", async () => {
    const stage = listing();
    await stage.report({ step: "probe", state: "started", owners: ["user/ana"] });
    await stage.report({ step: "mp4", state: "started", owners: ["role/editors", "user/system"] });
    expect(await lineOf(stage, anas)).toEqual(await lineOf(stage));
    expect(await lineOf(stage, "list:video/role/editors")).toEqual(await lineOf(stage));
    expect(await metaOf(stage.ports, "list:video/user/system")).toBeUndefined();
    expect(await stage.client("c1", { ...viewer, id: "eve" }).follow(anas)).toBe("forbidden");
  });

  it("show nobody other people's subjects, not even their removal", async () => {
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
    expect(stage.deliveries).toMatchObject([{ connectionId: "of-ben", channel: "list:video/user/ben" }]);
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

  it("is not changed by percentages, messages, further steps, or a repeated title", async () => {
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
  it("is running while one of its runs is, and then has the state of the last to end", async () => {
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

  it("shows when it was first listed as its start, until an execution is known", async () => {
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

  it("does not stay first because it claims to begin in the year 2099", async () => {
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

  it("removes the subject that began first, and pushes that to followers", async () => {
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

  it("adds a removed subject again if it runs again, not if it only changes", async () => {
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

  it("keeps subjects that prove to have begun earlier; a subject that was removed for them is added again when it changes", async () => {
    const stage = await filled();
    stage.pass(1000);
    const before = stage.now() - (most + 1) * 1000;
    await begin(stage, `v_${most}`);
    await begin(stage, "parent", { subject: `video/v_${most}`, at: before });
    expect(await namesOf(stage)).toEqual([...newest(most - 1, most - 1), most]);
    expect((await linesOf(stage, all)).at(-1)).toMatchObject({ state: "running", startedAt: before });
    await begin(stage, "v_0");
    expect(await namesOf(stage)).not.toContain(0);
    await begin(stage, "v_0", { title: "A title" });
    expect(await namesOf(stage)).toEqual(newest(most, most - 1));
  });

  it("uses only the start: an ended subject is not removed before an older one that runs", async () => {
    const stage = await filled();
    for (const n of [1, 2, most - 1]) await end(stage, "FAILED", executionArn.replace(/e1$/, `v_${n}`));
    stage.pass(1000);
    await begin(stage, `v_${most}`);
    expect(await namesOf(stage)).toEqual(newest(most, most));
    expect((await linesOf(stage, all)).at(-1)).toMatchObject({ subject: "video/v_1", state: "failed" });
  });

  it("keeps its limit when many subjects arrive at once through several processes", async () => {
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

  it("forgets subjects that it removed long ago, and stays correct", async () => {
    const stage = await filled(most + 2 * limits.removedKeys + 10);
    const last = most + 2 * limits.removedKeys + 9;
    expect(await namesOf(stage)).toEqual(newest(most, last));
    expect((await metaOf(stage.ports, all))?.removed).toBeLessThanOrEqual(2 * limits.removedKeys);
    await begin(stage, "v_0", { title: "Forgotten" });
    expect(await namesOf(stage)).toEqual(newest(most, last));
  });
});

it("empties the lists of an erased person, in every listed kind, and leaves those of others", async () => {
  const stage = listing(["video", "order"]);
  await stage.report({ step: "probe", state: "started", owners: ["user/ana", "user/ben"] });
  await begin(stage, "o_1", { subject: "order/o_1", owners: ["user/ana"] });
  const erased = await stage.app.feedback.erase("user/ana");
  expect(erased).toMatchObject({ counts: { listedSubjects: 2 } });
  for (const list of [anas, "list:order/user/ana"] as const) expect(await linesOf(stage, list)).toEqual([]);
  for (const list of [all, "list:video/user/ben"] as const)
    expect(await linesOf(stage, list)).toHaveLength(1);
});
