import { type InboxRequestValue, jsonBytes, limits, type TitleValue } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import { memoryStage } from "../testing/memory-stage.ts";
import { followed, inbox, watch, work } from "./testing/staged.ts";
import { shownCandidates } from "./values.ts";

describe("a question", () => {
  it("is shown to its owners, listed in the assignee's inbox, and viewers see only that it waits", async () => {
    const { stage, client } = await followed();
    const id = await stage.ask();
    expect(client.values(work)).toMatchObject({
      [`request/${id}`]: { state: "open", prompt: "Which title?", candidates: ["a", "b"] },
      [`candidate/title/1/${id}/a`]: { by: id, title: "A title" },
    });
    expect(client.values(inbox)).toMatchObject({ [`request/${id}`]: { prompt: "Which title?" } });
    expect(client.values(watch)).toEqual({
      waiting: {
        requests: {
          [id]: { thread: "title", round: 1, since: expect.any(Number), deadline: expect.any(Number) },
        },
      },
    });
  });

  it("keeps its task token out of everything that is sent, put or shown", async () => {
    const { stage, client } = await followed();
    const id = await stage.ask({ taskToken: "very-secret-token" });
    await stage.reply(id);
    await stage.pump();
    await stage.advance(60_000);
    const seen = JSON.stringify([
      stage.deliveries,
      stage.put,
      client.values(work),
      stage.requests.all(),
      await stage.requests.ledger(id),
    ]);
    expect(seen).not.toContain("very-secret-token");
  });

  it("that is repeated is stored once and announced again", async () => {
    const { stage, client } = await followed();
    const id = await stage.ask({ taskToken: "t" });
    const before = stage.deliveries.length;
    await stage.ask({ taskToken: "t" });
    expect(stage.requests.all()).toHaveLength(1);
    expect(stage.deliveries.length).toBeGreaterThan(before);
    expect(client.values(work)).toMatchObject({ [`request/${id}`]: { state: "open" } });
  });

  it("of a later round replaces the earlier one, in any order of arrival", async () => {
    for (const rounds of [
      [1, 2],
      [2, 1],
    ]) {
      const stage = memoryStage();
      const ids: Record<number, string> = {};
      for (const round of rounds) ids[round] = await stage.ask({ round, taskToken: `round-${round}` });
      const states = Object.fromEntries(stage.requests.all().map((r) => [r.round, r.status]));
      expect(states[2]).toEqual({ state: "open" });
      expect(states[1]).toMatchObject({ state: "superseded", by: ids[2] });
    }
  });

  it("without an execution, or with a default outside its candidates, is refused by the name of the field", async () => {
    const stage = memoryStage();
    await expect(stage.ask({ default: { verb: "pick", candidateId: "z" } })).rejects.toThrow(
      "default.candidateId",
    );
  });
});

describe("the texts of a question", () => {
  const words = { title: "Quarterly report", lang: "pt-BR", labels: { pick: "Take it", reject: "Stop" } };

  it("show the subject's title to everybody, and the language in the inbox", async () => {
    const { stage, client } = await followed();
    const id = await stage.ask(words);
    expect(client.values(work)).toMatchObject({
      [`request/${id}`]: words,
      title: { title: "Quarterly report" },
    });
    expect(client.values(watch)).toMatchObject({ title: { title: "Quarterly report" } });
    const { labels: _, ...short } = words;
    expect(client.values(inbox)[`request/${id}`]).toMatchObject(short);
    expect(client.values(inbox)[`request/${id}`]).not.toHaveProperty("labels");
  });

  it("show the latest title of questions and reports as the subject's", async () => {
    const { stage, client } = await followed();
    const title = () => (client.values(watch).title as TitleValue).title;
    await stage.ask({ title: "Asked" });
    stage.pass(1000);
    await stage.report({ step: "probe", state: "started", title: "Reported" });
    expect(title()).toBe("Reported");
    await stage.report({ step: "probe", state: "running", at: stage.now() - 500, title: "Late" });
    expect(title()).toBe("Reported");
    stage.pass(1000);
    await stage.report({ step: "probe", state: "running", data: { title: "By its data" } });
    expect(title()).toBe("By its data");
    stage.pass(1000);
    await stage.ask({ title: "Asked again", thread: "other" });
    expect(title()).toBe("Asked again");
  });

  const longest = {
    subject: `order/${"s".repeat(194)}` as const,
    thread: "t".repeat(64),
    lang: "abcdefgh-abcdefgh-abcdefgh-abcdefgh-abcdefgh",
  };
  it.each([
    ["a long prompt is cut", { prompt: "p".repeat(1000), title: "Short" }, /^Short$/, /^p{200,}…$/],
    [
      "a long title leaves the prompt 120 bytes",
      { prompt: "p".repeat(1000), title: "t".repeat(300) },
      /^t{100,}…$/,
      /^p{115}…$/,
    ],
    [
      "a title that leaves no room for them is cut",
      { prompt: "Which one?", title: "😀".repeat(150) },
      /^(😀)+…$/u,
      /^Which one\?$/,
    ],
    [
      "names that fill it leave no words",
      { ...longest, title: "T", prompt: "😀".repeat(500) },
      /^undefined$/,
      /^😀*…$/u,
    ],
  ])("fit into 512 bytes of an inbox: %s", async (_, asked, title, prompt) => {
    const { stage, client } = await followed();
    const id = await stage.ask({ ...asked, remindAfterSeconds: 1 });
    await stage.advance(5000);
    const value = client.values(inbox)[`request/${id}`] as InboxRequestValue;
    expect(value.remindedAt).toBeDefined();
    expect(jsonBytes(value)).toBeLessThanOrEqual(limits.inboxSummaryBytes);
    expect(value.prompt).toMatch(prompt);
    expect(String(value.title)).toMatch(title);
  });
});

describe("a question that nobody could answer is refused by the name of the field", () => {
  const schema = { type: "integer" };
  const strict = {
    schemas: {
      fault: async (given: Record<string, unknown>) =>
        given.type === "strnig" ? "schema.type: not a type" : undefined,
      issues: async (_: unknown, value: unknown) =>
        typeof value === "number" ? [] : ["value: must be integer"],
    },
  };
  const candidates = [{ id: "a", title: "A" }];

  it.each([
    ["a schema that can never be used", { verbs: ["answer"], schema: { type: "strnig" } }, "schema.type: "],
    ["another round after the last alone", { verbs: ["regenerate"], round: 3, maxRounds: 3 }, "verbs: "],
    ["somebody whom nobody can be", { assignees: ["user/ana", "user/system"] }, "assignees.1: "],
    ["somebody who was erased", { assignees: ["user/erased-1"] }, "assignees.0: "],
    [
      "a schema whose number was not kept",
      { verbs: ["answer"], schema: { const: 2 ** 60 } },
      "schema.const: ",
    ],
    [
      "a default whose number was not kept",
      { verbs: ["answer"], default: { verb: "answer", value: { ids: [1, Number.POSITIVE_INFINITY] } } },
      "default.value.ids.1: ",
    ],
    ["such a one later on", { escalate: { afterSeconds: 5, to: ["user/system"] } }, "escalate.to.0: "],
  ] as [string, object, string][])("%s", async (_what, asked, reason) => {
    const stage = memoryStage(strict);
    await expect(stage.ask(asked)).rejects.toThrow(reason);
    expect(stage.requests.all()).toEqual([]);
  });

  it.each([
    [
      "a value that does not fit",
      { verbs: ["answer"], schema, default: { verb: "answer", value: "none" } },
      "default.value: ",
    ],
    ["no value", { verbs: ["answer"], schema, default: { verb: "answer" } }, "default.value: "],
    [
      "a pick of nothing",
      { verbs: ["pick"], candidates, default: { verb: "pick" } },
      "default.candidateId: ",
    ],
    [
      "a pick of what is not there",
      { verbs: ["pick"], candidates, default: { verb: "pick", candidateId: "z" } },
      "default.candidateId: ",
    ],
    ["an edit of nothing", { verbs: ["edit"], default: { verb: "edit" } }, "default.value: "],
    [
      "another round after the last",
      { verbs: ["approve", "regenerate"], round: 2, maxRounds: 2, default: { verb: "regenerate" } },
      "default.verb: ",
    ],
  ] as [string, object, string][])("a default with %s", async (_what, asked, reason) => {
    const stage = memoryStage(strict);
    await expect(stage.ask(asked)).rejects.toThrow(reason);
    expect(stage.requests.all()).toEqual([]);
  });

  it.each([
    ["a value that fits", { verbs: ["answer"], schema, default: { verb: "answer", value: 7 } }],
    [
      "a pick among proposals to come",
      { verbs: ["pick"], candidates: [], default: { verb: "pick", candidateId: "m" } },
    ],
    [
      "another round before the last",
      { verbs: ["regenerate"], round: 1, maxRounds: 2, default: { verb: "regenerate" } },
    ],
  ] as [string, object][])("but a default with %s is accepted", async (_what, asked) => {
    const stage = memoryStage(strict);
    await stage.ask(asked);
    expect(stage.requests.all()).toHaveLength(1);
  });
});

describe("candidates in the ledger", () => {
  it("are as they were shown", () => {
    const candidates = [{ id: "a", title: "A title", description: "Not kept" }];
    expect(shownCandidates(candidates)).toEqual([{ id: "a", title: "A title" }]);
  });

  it("fit into 8 KB, all titles cut to the same length", () => {
    const candidates = Array.from({ length: 20 }, (_, i) => ({ id: `c${i}`, title: "漢".repeat(300) }));
    const shown = shownCandidates(candidates);
    expect(jsonBytes(shown)).toBeLessThanOrEqual(8192);
    expect(shown.map(({ id }) => id)).toEqual(candidates.map(({ id }) => id));
    expect(new Set(shown.map(({ title }) => title))).toEqual(new Set([`${"漢".repeat(74)}…`]));
  });
});
