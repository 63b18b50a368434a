// @vitest-environment happy-dom
import type { ServerMessage } from "@callboard/protocol";
import { act, StrictMode } from "react";
import { renderToString } from "react-dom/server";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { createDrafts, type DraftStorage } from "./headless/drafts.ts";
import { loadForms, Question, type QuestionOptions, type QuestionView, useQuestion } from "./react.ts";
import { requestOf } from "./testing/items.ts";
import { settle } from "./testing/manual-clock.ts";
import { openPage } from "./testing/react-page.tsx";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

// What is loaded when it is first wanted comes at once here.
beforeAll(() => Promise.all([loadForms(), import("./say-attention.ts")]));

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const id = "req_0123456789";
const work = "work:order/7";
const inbox = "inbox:user/ana";
const asked = (more: object = {}) =>
  requestOf({ subject: "order/7", verbs: ["pick", "approve", "reject"], candidates: ["a", "b"], ...more });
const line = {
  requestId: id,
  subject: "order/7",
  thread: "title",
  round: 1,
  prompt: "Which title?",
  askedAt: 1,
};
const candidate = (name: string) => ({
  thread: "title",
  round: 1,
  by: id,
  id: name,
  title: `Title ${name}`,
});
const receipt = (status: string, more: object = {}) => ({
  replyId: "r",
  requestId: id,
  subject: "order/7",
  verb: "pick",
  status,
  at: 9,
  ...more,
});

let seen: QuestionView;
const Drawn = ({ of = id, ...options }: QuestionOptions & { of?: string }) => (
  <Question requestId={of} {...options}>
    {(question) => {
      seen = question;
      return <p ref={question.ref}>{`${question.state} ${question.outcome.phase}`}</p>;
    }}
  </Question>
);

async function open(options: Parameters<typeof openPage>[1] = {}) {
  const page = await openPage(<p />, options);
  ends.push(page.close);
  const put = (key: string, value: unknown) => page.server.publish(work, key, value);
  return {
    ...page,
    put,
    /** Ana is asked, with two candidates to choose from. */
    async ask(more: object = {}) {
      await page.after(() => {
        page.server.publish(inbox, `request/${id}`, line);
        for (const name of ["a", "b"]) put(`candidate/title/1/${id}/${name}`, candidate(name));
        put(`request/${id}`, asked(more));
      });
      await page.show(<Drawn />);
    },
    replies: () => page.server.handled.filter((one) => one.type === "reply"),
    attention: () =>
      page.server.handled.flatMap((one) => (one.type === "attend" ? [`${one.requestId}:${one.state}`] : [])),
    refuse(code: string, details: object) {
      page.server.receipt = ({ id: re, requestId, replyId }) =>
        ({ type: "receipt", re, requestId, replyId, status: "refused", code, details }) as ServerMessage;
    },
  };
}
const ready = () => seen.verbs.filter((one) => one.ready).map(({ verb }) => verb);

it("finds a question in the inbox, and has all that is needed to answer it", async () => {
  const { ask, after, replies, server } = await open();
  await ask({ lang: "en", labels: { pick: "Take it" } });
  expect(seen).toMatchObject({ subject: "order/7", state: "open", prompt: "Which title?", lang: "en" });
  expect(seen.candidates.map(({ title }) => title)).toEqual(["Title a", "Title b"]);
  expect(seen.verbs[0]).toMatchObject({ verb: "pick", label: "Take it", missing: ["candidate"] });
  expect(ready()).toEqual(["approve", "reject"]);
  await after(() => seen.mark(`${id}/b`));
  await after(() => seen.setComment(" the second "));
  expect([seen.marked?.id, ready()]).toEqual(["b", ["pick", "approve", "reject"]]);
  await after(() => expect(seen.answer("pick")).toBe(true));
  expect(replies()).toMatchObject([
    { requestId: id, round: 1, verb: "pick", candidateId: "b", comment: "the second" },
  ]);
  expect([seen.outcome.phase, seen.open, ready()]).toEqual(["accepted", false, []]);
  await after(() => server.publish(inbox, "receipt/r", receipt("relayed")));
  expect(seen.outcome).toEqual({ phase: "relayed" });
});

it("sends nothing while something is missing", async () => {
  const { ask, replies } = await open();
  await ask();
  expect([seen.answer("pick"), seen.answer("edit"), seen.answer("answer")]).toEqual([false, false, false]);
  expect(replies()).toEqual([]);
  await act(async () => expect(seen.answer("pick", { candidateId: "a" })).toBe(true));
});

it("gives an answer to `send` in place of sending it", async () => {
  const { ask, show, after, replies } = await open();
  await ask();
  const kept: object[] = [];
  await show(<Drawn send={(reply) => kept.push(reply)} />);
  await after(() => seen.mark(`${id}/b`));
  await after(() => expect([seen.answer("pick"), seen.answer("edit")]).toEqual([true, false]));
  expect(kept).toEqual([{ requestId: id, round: 1, verb: "pick", candidateId: "b" }]);
  expect([replies(), seen.outcome.phase]).toEqual([[], "idle"]);
});

it("says that an answer waits for a connection, and sends it once there is one", async () => {
  const { ask, after, server } = await open();
  await ask();
  await after(() => {
    server.last().drop();
    seen.answer("approve");
  });
  expect([seen.outcome.phase, ready()]).toEqual(["queued", []]);
  await after(() => {}, 1_000);
  expect(seen.outcome.phase).toBe("accepted");
});

it("is lost to a faster answer on another device", async () => {
  const { ask, after, refuse } = await open();
  await ask();
  refuse("already_answered", { by: { id: "bo", name: "Bo" }, verb: "reject", at: 5 });
  await after(() => seen.answer("approve"));
  expect(seen.outcome).toEqual({
    phase: "lost",
    by: { id: "bo", name: "Bo" },
    mine: false,
    verb: "reject",
    at: 5,
  });
  expect(seen.open).toBe(false);
});

it("can be answered again after an answer that did not fit", async () => {
  const { ask, after, refuse } = await open();
  await ask();
  refuse("invalid", { issues: ["comment: too long"] });
  await after(() => seen.answer("approve"));
  expect(seen).toMatchObject({ open: true, outcome: { phase: "refused", issues: ["comment: too long"] } });
  expect(ready()).toEqual(["approve", "reject"]);
});

it("completes an answer although the component is gone, and shows its outcome when it is back", async () => {
  const { ask, after, show, server, put } = await open();
  await ask();
  server.held = true;
  await after(() => seen.answer("approve"));
  expect(seen.outcome.phase).toBe("sending");
  await show(<p />);
  await after(() => {
    server.held = false;
    for (const flight of server.flights.splice(0)) flight.arrive();
  });
  put(`request/${id}`, asked({ state: "answered" }));
  await show(<Drawn />);
  expect(seen.outcome.phase).toBe("accepted");
});

it("deletes a draft when the question is closed while somebody writes", async () => {
  const { ask, after, put, server } = await open();
  await ask();
  await after(() => seen.mark(`${id}/a`));
  await after(() => seen.setComment("half a sent"));
  await after(() => {
    server.publish(inbox, `request/${id}`, null);
    put(`request/${id}`, asked({ state: "expired" }));
  });
  expect(seen).toMatchObject({ state: "expired", subject: "order/7", comment: "", marked: undefined });
  expect([seen.open, ready(), seen.answer("approve")]).toEqual([false, [], false]);
});

it("keeps a draft over a reload, with the page's own parts", async () => {
  const storage = new Map<string, string>();
  const kept: DraftStorage = {
    getItem: (key) => storage.get(key) ?? null,
    setItem: (key, text) => void storage.set(key, text),
    removeItem: (key) => void storage.delete(key),
  };
  const before = await open({ drafts: createDrafts(kept) });
  await before.ask({ verbs: ["pick", "edit"] });
  await before.after(() => seen.mark(`${id}/b`));
  await before.after(() => seen.draft.set("value", { title: "Own" }));
  const later = await open({ drafts: createDrafts(kept) });
  await later.ask({ verbs: ["pick", "edit"] });
  expect([seen.marked?.id, seen.draft.get("value"), ready()]).toEqual([
    "b",
    { title: "Own" },
    ["pick", "edit"],
  ]);
  await later.after(() => seen.answer("edit"));
  expect(later.replies()).toMatchObject([{ verb: "edit", candidateId: "b", value: { title: "Own" } }]);
});

it("draws the form of a schema, and shows the server's problems at their fields until something is changed", async () => {
  const { ask, after, refuse, replies } = await open();
  const schema = { type: "object", required: ["price"], properties: { price: { type: "number" } } };
  await ask({ verbs: ["answer"], schema });
  await act(loadForms);
  expect(ready()).toEqual([]);
  await after(() => seen.form?.setState(["12.5"]));
  expect([seen.form?.reading, ready()]).toEqual([{ ok: true, value: { price: 12.5 } }, ["answer"]]);
  refuse("invalid", { issues: ["value.price: must be less than 10"] });
  await after(() => seen.answer("answer"));
  expect(replies()).toMatchObject([{ verb: "answer", value: { price: 12.5 } }]);
  expect(seen.form?.issues).toEqual([
    { path: ["price"], problem: { code: "said", text: "must be less than 10" } },
  ]);
  await after(() => seen.form?.setState(["9"]));
  expect(seen.form?.issues).toEqual([]);
});

it("has no form without a value to enter", async () => {
  const { ask } = await open();
  await ask();
  expect(seen.form).toBeUndefined();
});

it("shows owners a question to other people", async () => {
  const { put, show } = await open();
  put(`request/${id}`, asked({ assignees: ["user/bo"] }));
  await show(<Drawn subject="order/7" />);
  expect(seen).toMatchObject({ state: "open", subject: "order/7" });
});

it.each(["req_9876543210", "__proto__", ""])("finds no question %j", async (of) => {
  const { ask, show, problems } = await open();
  await ask();
  for (const options of [{}, { subject: "order/7" }]) {
    await show(<Drawn of={of} {...options} />);
    expect(seen).toMatchObject({ state: "unknown", prompt: "", verbs: [], deadline: undefined });
    expect(seen.answer("approve")).toBe(false);
  }
  expect(problems).toEqual([]);
});

it("reports an invalid subject, and one that may not be seen", async () => {
  const { show, server } = await open();
  await show(<Drawn subject="order" />);
  expect(seen).toMatchObject({ state: "unknown", status: { error: "invalid_name" } });
  server.forbidden.add("work:order/8");
  await show(<Drawn subject="order/8" />);
  expect(seen).toMatchObject({ state: "unknown", status: { error: "forbidden" } });
});

it("can be answered by verbs that need nothing when most of it is unreadable", async () => {
  const { put, show, after, replies } = await open();
  put(`request/${id}`, { verbs: ["approve", "pick"], prompt: 7, deadline: "noon" });
  await show(<Drawn subject="order/7" />);
  expect(seen).toMatchObject({ state: "open", prompt: "", question: { torn: true }, deadline: undefined });
  await after(() => seen.answer("approve"));
  expect(replies()).toMatchObject([{ requestId: id, round: 1, verb: "approve" }]);
});

it("counts the time that is left by the server's clock, and draws it again", async () => {
  const { ask, after, show, clock, client, server } = await open();
  server.welcome = { serverTime: clock.now() + 5_000 };
  await after(() => server.last().drop(), 1_000);
  const deadline = client.now() + 60_000;
  await ask({ deadline });
  await show(<Drawn tickMs={10} />);
  expect(seen).toMatchObject({ deadline, msLeft: 60_000 });
  await clock.advance(20_000);
  await vi.waitFor(async () => {
    await act(settle);
    expect(seen.msLeft).toBe(40_000);
  });
  await clock.advance(50_000);
  await vi.waitFor(async () => {
    await act(settle);
    expect(seen.msLeft).toBe(0);
  });
});

const Hooked = (options: QuestionOptions) => {
  seen = useQuestion(id, options);
  return <p>{seen.prompt}</p>;
};

it("shows the others that it is open while the page is visible, unless turned off", async () => {
  const { ask, show, attention } = await open();
  await ask();
  expect(attention()).toEqual([]);
  await show(<Hooked attention={false} />);
  expect(attention()).toEqual([]);
  await show(<Hooked />);
  expect(attention()).toEqual([`${id}:shown`]);
});

it("reports nothing about a question that is closed or unknown", async () => {
  const { put, show, attention } = await open();
  put(`request/${id}`, asked({ state: "expired" }));
  put("request/odd", asked({ requestId: "odd" }));
  await show(<Hooked subject="order/7" />);
  await show(<Drawn of="odd" subject="order/7" />);
  expect(seen.state).toBe("open");
  expect(attention()).toEqual([]);
});

it("names the others who have it open until that expires", async () => {
  const { ask, put, after, clock } = await open();
  await ask();
  await after(() =>
    put(`attending/${id}/bo`, {
      requestId: id,
      user: { id: "bo", name: "Bo" },
      state: "reviewing",
      at: 1,
      until: clock.now() + 200,
    }),
  );
  expect(seen.attending.map(({ user }) => user.name)).toEqual(["Bo"]);
  await clock.advance(200);
  await vi.waitFor(async () => {
    await act(settle);
    expect(seen.attending).toEqual([]);
  });
});

it("extends the deadline and reassigns it", async () => {
  const { ask, after, server, put } = await open();
  await ask();
  const acted: unknown[] = [];
  await after(() => {
    seen.extend(2_000_000).then((one) => acted.push(one.status));
    seen.reassign(["user/bo"]).then((one) => acted.push(one.status));
  });
  expect(acted).toEqual(["accepted", "accepted"]);
  expect(server.handled.map(({ type }) => type)).toEqual(expect.arrayContaining(["extend", "reassign"]));
  await after(() => put(`request/${id}`, asked({ assignees: ["user/ana", "user/bo"] })));
  expect(seen.asked?.also?.principals).toEqual(["user/bo"]);
});

it("sends one answer for one press in strict mode, and follows once", async () => {
  const { ask, show, after, replies, server } = await open();
  await ask();
  await show(<p />);
  await show(
    <StrictMode>
      <Drawn />
    </StrictMode>,
  );
  await after(() => {
    expect([seen.answer("approve"), seen.answer("approve")]).toEqual([true, false]);
  });
  expect(replies()).toHaveLength(1);
  const followed = server.handled.flatMap((one) =>
    one.type === "subscribe" ? Object.keys(one.channels) : [],
  );
  expect(followed.filter((name) => name === work)).toHaveLength(2);
});

it("renders as loading on a server", async () => {
  const { around } = await open();
  expect(renderToString(around(<Drawn subject="order/7" />))).toBe("<p>loading idle</p>");
});
