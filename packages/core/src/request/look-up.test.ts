import type { RequestId } from "@callboard/protocol";
import { expect, it } from "vitest";
import type { Caller } from "../access/principal.ts";
import { ana, connectionOf, memoryStage, viewer } from "../testing/memory-stage.ts";

const eve: Caller = { ...viewer, id: "eve", name: "Eve", roles: ["role/editors"] };

const idsOf = async (stage: ReturnType<typeof memoryStage>, caller: Caller) =>
  (await stage.app.feedback.list(caller)).map(({ requestId }) => requestId);

it("lists what waits for a user or one of the roles, the oldest first and each once", async () => {
  const stage = memoryStage();
  const first = await stage.ask({ thread: "title", assignees: ["role/editors"] });
  await stage.advance(1000);
  const second = await stage.ask({ thread: "cover", assignees: ["user/eve", "role/editors"] });
  await stage.advance(1000);
  const third = await stage.ask({ thread: "tags", assignees: ["user/eve"] });
  await stage.ask({ thread: "other" });
  expect(await idsOf(stage, eve)).toEqual([first, second, third]);
  expect(await idsOf(stage, viewer)).toEqual([]);
});

it("lists nothing that is answered or past its deadline", async () => {
  const stage = memoryStage();
  const answered = await stage.ask({ thread: "title" });
  await stage.reply(answered);
  const late = await stage.ask({ thread: "cover", timeoutSeconds: 120 });
  expect(await idsOf(stage, ana)).toEqual([late]);
  await stage.advance(120_000);
  expect(await idsOf(stage, ana)).toEqual([]);
});

it("leaves out what only a late index lists", async () => {
  const stage = memoryStage();
  const id = await stage.ask();
  const taken = await stage.ask({ thread: "cover", assignees: ["user/eve"] });
  await stage.reply(id);
  const behind = { ...stage.ports.requests, openFor: async () => [id, taken, "req_nosuchrequest" as const] };
  const listed = await memoryStage({ ...stage.ports, requests: behind }).app.feedback.list(ana);
  expect(listed).toEqual([]);
});

it("lists a question once its candidates can be seen", async () => {
  const stage = memoryStage();
  const commit = stage.ports.heads.commit;
  const seen: unknown[] = [];
  const heads = {
    ...stage.ports.heads,
    commit: async (change: Parameters<typeof commit>[0]) => {
      seen.push(await stage.app.feedback.list(ana));
      return commit(change);
    },
  };
  const slow = memoryStage({ ...stage.ports, heads });
  const id = await slow.ask();
  expect(seen).toHaveLength(2);
  expect(seen.flat()).toEqual([]);
  expect(await idsOf(stage, ana)).toEqual([id]);
});

it("lists at most a hundred", async () => {
  const stage = memoryStage();
  for (let n = 0; n < 101; n++) await stage.ask({ subject: `video/v_${n}`, thread: `t${n}` });
  const listed = await idsOf(stage, ana);
  expect(listed).toHaveLength(100);
});

it("shows a complete request, with its candidates in order and with who has seen it", async () => {
  const stage = memoryStage();
  const id = await stage.ask();
  const at = stage.now();
  await stage.app.feedback.attend(connectionOf(ana), id, "reviewing");
  expect(await stage.app.feedback.view(ana, id)).toMatchObject({
    request: { requestId: id, prompt: "Which title?", state: "open", round: 1 },
    candidates: [
      { id: "a", title: "A title" },
      { id: "b", title: "Another title" },
    ],
    seen: [{ user: { id: "ana", name: "Ana" }, state: "reviewing", firstAt: at, at, until: at + 90_000 }],
  });
});

it("never shows a task token", async () => {
  const stage = memoryStage();
  const id = await stage.ask({ taskToken: "the-servers-secret" });
  const shown = [await stage.app.feedback.view(ana, id), await stage.app.feedback.list(ana)];
  expect(JSON.stringify(shown)).not.toContain("the-servers-secret");
});

it("shows an answered request, with its reply", async () => {
  const stage = memoryStage();
  const id = await stage.ask();
  await stage.reply(id, { comment: "Short and true." });
  expect(await stage.app.feedback.view(ana, id)).toMatchObject({
    request: {
      state: "answered",
      reply: { verb: "pick", candidateId: "a", comment: "Short and true.", by: { id: "ana" } },
    },
  });
});

it("shows a request to assignees, to owners, and to people who may follow the subject's work", async () => {
  const stage = memoryStage();
  await stage.report({ step: "transcribe", state: "started", owners: ["user/owner"] });
  const id = await stage.ask({ assignees: ["role/editors"] });
  const owner: Caller = { ...viewer, id: "owner", name: "Owner" };
  const answerer: Caller = { ...viewer, capabilities: ["answer:video/*"] };
  for (const caller of [ana, eve, owner, answerer])
    expect(await stage.app.feedback.view(caller, id)).toMatchObject({ request: { requestId: id } });
  expect(await stage.app.feedback.view(viewer, id)).toBe("forbidden");
  expect(await stage.app.feedback.view(ana, "req_nosuchrequest")).toBe("not_found");
});

it("changes nothing by looking", async () => {
  const stage = memoryStage();
  const id = await stage.ask();
  const before = await stage.requests.read(id);
  await stage.app.feedback.list(ana);
  await stage.app.feedback.view(ana, id);
  expect(await stage.requests.read(id)).toEqual(before);
  expect([stage.queue, await stage.ports.attention.of(id)]).toEqual([[], []]);
});

const propose = (stage: ReturnType<typeof memoryStage>, source: string, ids: readonly string[], round = 1) =>
  stage.app.progress.propose(
    {
      subject: "video/v_1",
      thread: "title",
      round,
      source,
      candidates: ids.map((id) => ({ id, title: `${id} of ${source}` })),
    },
    stage.envelope(),
  );
const titlesOf = async (stage: ReturnType<typeof memoryStage>, id: RequestId) => {
  const view = await stage.app.feedback.view(ana, id);
  if (typeof view === "string") throw new Error(view);
  return view.candidates.map(({ title }) => title);
};

it("shows a question's own candidates, whatever was proposed or asked under the same ids before", async () => {
  const stage = memoryStage();
  await propose(stage, "Model A", ["a", "b", "c"]);
  const first = await stage.ask({ candidates: [{ id: "a", title: "The first question's" }] });
  const id = await stage.ask({ order: [0, 1, 1] });
  expect(await titlesOf(stage, id)).toEqual(["A title", "Another title"]);
  expect(await titlesOf(stage, first)).toEqual(["The first question's"]);
});

it.each([
  ["names none", undefined],
  ["has none", []],
])("shows all that was proposed in the round of a question that %s", async (_, candidates) => {
  const stage = memoryStage();
  await propose(stage, "Model A", ["1", "2"]);
  await propose(stage, "Model A", ["3"], 2);
  await stage.ask();
  await propose(stage, "Model B", ["1"]);
  const id = await stage.ask({ order: [0, 1, 1], candidates } as Parameters<typeof stage.ask>[0]);
  expect(await titlesOf(stage, id)).toEqual(["1 of Model A", "2 of Model A", "1 of Model B"]);
});
