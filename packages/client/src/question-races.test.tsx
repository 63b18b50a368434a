// @vitest-environment happy-dom
import { afterEach, expect, it, onTestFinished, vi } from "vitest";
import { loadForms, type QuestionView, useQuestion } from "./react.ts";
import { requestOf } from "./testing/items.ts";
import { openPage } from "./testing/react-page.tsx";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const id = "req_0123456789";
const work = "work:order/7";

let seen: QuestionView;
function Drawn() {
  seen = useQuestion(id, { subject: "order/7" });
  return <p>{seen.state}</p>;
}

/** A page that shows a question with two candidates. */
async function asked(more: object) {
  const page = await openPage(<p />);
  ends.push(page.close);
  for (const name of ["a", "b"])
    page.server.publish(work, `candidate/title/1/${id}/${name}`, {
      thread: "title",
      round: 1,
      by: id,
      id: name,
      title: name,
    });
  page.server.publish(
    work,
    `request/${id}`,
    requestOf({ subject: "order/7", candidates: ["a", "b"], ...more }),
  );
  await page.show(<Drawn />);
  return { ...page, replies: () => page.server.handled.filter((one) => one.type === "reply") };
}

it("answers with what was marked and typed in the same turn, not with what was drawn", async () => {
  const { after, replies } = await asked({ verbs: ["pick"] });
  await after(() => seen.mark(`${id}/a`));
  await after(() => {
    seen.mark(`${id}/b`);
    seen.setComment("this one");
    expect(seen.answer("pick")).toBe(true);
  });
  expect(replies()).toMatchObject([{ verb: "pick", candidateId: "b", comment: "this one" }]);
});

it("answers with what was put into the form in the same turn, and nothing when that does not fit", async () => {
  await loadForms();
  const schema = { type: "object", required: ["price"], properties: { price: { type: "number" } } };
  const { after, replies, server } = await asked({ verbs: ["answer"], schema });
  await after(() => seen.form?.setState(["12.5"]));
  await after(() => {
    seen.form?.setState([""]);
    expect(seen.answer("answer")).toBe(false);
  });
  server.receipt = ({ id: re, requestId, replyId }) => ({
    type: "receipt",
    re,
    requestId,
    replyId,
    status: "refused",
    code: "invalid",
    details: { issues: ["value.price: must be less than 10"] },
  });
  await after(() => {
    seen.form?.setState(["13"]);
    expect(seen.answer("answer")).toBe(true);
  });
  expect(replies()).toMatchObject([{ verb: "answer", value: { price: 13 } }]);
  expect(seen.form?.issues).toEqual([
    { path: ["price"], problem: { code: "said", text: "must be less than 10" } },
  ]);
});

it("opens no connection from a page that is left while its question is on the screen", async () => {
  const { after, server, client } = await asked({ verbs: ["approve"] });
  expect(server.handled.filter(({ type }) => type === "attend")).toHaveLength(1);
  const atFirst = performance.now();
  const looks = vi.spyOn(performance, "now").mockReturnValue(atFirst + 10_000);
  onTestFinished(() => looks.mockRestore());
  await after(() => void globalThis.dispatchEvent(new Event("pagehide")), 5_000);
  expect([client.state.state, server.sides.length]).toEqual(["idle", 1]);
  looks.mockReturnValue(atFirst + 20_000);
  await after(() => void globalThis.dispatchEvent(new Event("pageshow")), 5_000);
  expect([client.state.state, server.sides.length]).toEqual(["connected", 2]);
  expect(server.handled.findLast((one) => one.type === "attend")).toMatchObject({ state: "shown" });
});

it("can be answered by somebody who was refused before they were asked", async () => {
  const { after, server, replies } = await asked({ verbs: ["approve"], assignees: ["user/bo"] });
  const accepts = server.receipt;
  server.receipt = ({ id: re, requestId, replyId }) => ({
    type: "receipt",
    re,
    requestId,
    replyId,
    status: "refused",
    code: "forbidden",
  });
  await after(() => seen.answer("approve"));
  expect(seen).toMatchObject({ open: false, outcome: { phase: "refused", code: "forbidden" } });
  server.receipt = accepts;
  await after(() => {
    const { requestId, subject, thread, round, prompt, askedAt } = requestOf({ subject: "order/7" });
    const line = { requestId, subject, thread, round, prompt, askedAt };
    server.publish("inbox:user/ana", `request/${id}`, line);
  });
  expect(seen.open).toBe(true);
  await after(() => expect(seen.answer("approve")).toBe(true));
  expect([replies().length, seen.outcome.phase]).toEqual([2, "accepted"]);
});
