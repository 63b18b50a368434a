// @vitest-environment happy-dom
import type { RequestValue } from "@callboard/protocol";
import { expect, it } from "vitest";
import { act } from "../testing/act.ts";
import { fakeStorage, openLink } from "../testing/answer-stage.tsx";
import { candidateOf, fakeAnswers, linkToken } from "../testing/fake-answers.ts";
import { halfPastTwo } from "../testing/items.ts";
import { japaneseAnswering } from "../testing/words.ts";

const ended = [401, { error: { code: "unauthorized", message: "no" } }] as const;

const answeredByAna: Partial<RequestValue> = {
  state: "relayed",
  reply: {
    replyId: "r0",
    round: 1,
    verb: "pick",
    candidateId: "b",
    by: { id: "ana", name: "Ana" },
    via: "mail",
    at: halfPastTwo - 120_000,
  },
};

it("shows the complete question and in whose name it is answered, and sends nothing by itself", async () => {
  const server = fakeAnswers({
    deadline: halfPastTwo + 3_600_000,
    title: "A night at the Globe",
    maxRounds: 3,
  });
  const page = await openLink(server);
  expect(page.one("h1")?.textContent).toBe("Which title?");
  expect(page.text()).toContain("You answer as Ana. Anybody with this link can.");
  expect(page.text()).toContain("About A night at the Globe");
  expect(page.text()).toContain("1 h left");
  expect(page.text()).toContain("If nobody answers, the question expires at");
  expect(page.all('input[type="radio"]')).toHaveLength(2);
  await page.pass(3_000_000);
  await page.load();
  expect(server.given).toEqual([]);
  expect(new Set(server.asked)).toEqual(new Set(["POST /api/answers/view"]));
});

it("never puts the token into an address, and keeps it only in the tab", async () => {
  const server = fakeAnswers();
  const page = await openLink(server);
  await page.mark("a");
  await page.pressVerb("pick");
  expect(server.asked.join()).not.toContain(linkToken);
  expect([...page.storage.kept].filter(([, value]) => value.includes(linkToken)).map(([key]) => key)).toEqual(
    ["callboard.answer.link"],
  );
});

it("marks the link's choice, sends it after a press, and shows the outcome", async () => {
  const server = fakeAnswers();
  const page = await openLink(server, { fragment: `#${linkToken}/b` });
  expect(page.markedTitle()).toBe("B");
  await page.pressVerb("pick");
  expect(server.given).toEqual([
    { replyId: "rpl_1", round: 1, verb: "pick", candidateId: "b", digest: "d1" },
  ]);
  expect(page.text()).toContain("Your answer was accepted.");
  expect(page.all("[data-verb]")).toEqual([]);
  await page.pass(1_000);
  expect(page.text()).toContain("You chose “B” by mail at 14:30. The workflow has the answer.");
  expect(page.waits()).toBe(0);
});

it("checks the outcome of an answer for a while, less and less often", async () => {
  const server = fakeAnswers();
  const page = await openLink(server);
  await page.mark("a");
  server.says.giveAnswer = [200, { requestId: "req_0123456789", replyId: "rpl_1", status: "accepted" }];
  await page.pressVerb("pick");
  const before = server.asked.length;
  await page.pass(3_600_000);
  expect(server.asked.length - before).toBe(6);
  expect(page.waits()).toBe(0);
});

it("checks the outcome of an answer that is given during another load", async () => {
  const server = fakeAnswers({ deadline: halfPastTwo + 60_000 });
  const page = await openLink(server);
  await page.mark("a");
  const tell = server.hold("viewAnswer");
  await page.pass(62_000);
  await page.pressVerb("pick");
  const { request } = server.view;
  await act(async () => tell([200, { ...server.view, request: { ...request, state: "answered" } }]));
  delete server.says.viewAnswer;
  await page.pass(1_000);
  expect(page.text()).toContain("The workflow has the answer.");
});

it("does nothing more once it is closed", async () => {
  const server = fakeAnswers({ deadline: halfPastTwo + 60_000 });
  const page = await openLink(server);
  const tell = server.hold("viewAnswer");
  await page.pass(62_000);
  await page.close();
  await act(async () => tell([200, server.view]));
  expect(page.waits()).toBe(0);
});

it("keeps the reader's choice after a reload, and takes the choice of a new link", async () => {
  const storage = fakeStorage();
  const first = await openLink(fakeAnswers(), { fragment: `#${linkToken}/b`, storage });
  await first.mark("a");
  await first.close();
  const again = await openLink(fakeAnswers(), { fragment: "", storage });
  expect(again.markedTitle()).toBe("A");
  await again.close();
  expect((await openLink(fakeAnswers(), { fragment: `#${linkToken}/b`, storage })).markedTitle()).toBe("B");
});

it.each([
  `#${linkToken}/b?utm_source=mail`,
  `#${linkToken}%2Fb`,
  `#${linkToken}/none`,
  `#${linkToken}/b/nobody`,
])("opens %s although it was changed on the way", async (fragment) => {
  const page = await openLink(fakeAnswers(), { fragment });
  expect(page.one("h1")?.textContent).toBe("Which title?");
  expect(page.marked()).toBe(fragment.endsWith("none") ? 0 : 1);
});

it("distinguishes the candidates of two sources", async () => {
  const both = ["Nova", "Claude"].map((source) =>
    candidateOf("1", { source, by: source.toLowerCase(), title: source }),
  );
  const page = await openLink(fakeAnswers({ candidates: [] }, both), { fragment: `#${linkToken}/1/Claude` });
  expect(page.markedTitle()).toBe("Claude");
});

it("shows who was first, when and how, at the first load", async () => {
  const server = fakeAnswers(answeredByAna);
  server.view = { ...server.view, as: { id: "bob", name: "Bob" } };
  const page = await openLink(server);
  expect(page.text()).toContain("Ana chose “B” by mail at 14:28. The workflow has the answer.");
  expect(page.all("[data-verb]")).toEqual([]);
  expect(page.text()).not.toContain("You answer as");
});

it("shows that somebody was faster while the page was open", async () => {
  const server = fakeAnswers();
  server.view = { ...server.view, as: { id: "bob", name: "Bob" } };
  const page = await openLink(server);
  await page.mark("a");
  server.refuse("already_answered", {
    by: { id: "ana", name: "Ana" },
    verb: "pick",
    via: "mail",
    at: halfPastTwo,
  });
  server.view = { ...server.view, request: { ...server.view.request, ...answeredByAna } as RequestValue };
  await page.pressVerb("pick");
  expect(page.text()).toContain("Ana chose “B” by mail at 14:28.");
  expect(page.text()).toContain("The answer you gave here was not taken.");
});

it.each([
  ["expired", "Nobody answered in time."],
  ["withdrawn", "The workflow no longer waits for an answer."],
  ["superseded", "A newer question has replaced it."],
] as const)("shows a question that is %s, before and after an answer", async (state, words) => {
  const closed = await openLink(fakeAnswers({ state }));
  expect(closed.text()).toContain(words);
  expect(closed.all("[data-verb]")).toEqual([]);
  const server = fakeAnswers();
  const page = await openLink(server);
  await page.mark("a");
  server.refuse(state);
  server.view = { ...server.view, request: { ...server.view.request, state } };
  await page.pressVerb("pick");
  expect(page.text()).toContain(words);
  expect(page.text()).toContain("The answer you gave here was not taken.");
});

it("shows a changed question again, and accepts the answer to that", async () => {
  const server = fakeAnswers();
  const page = await openLink(server);
  await page.mark("a");
  server.refuse("stale", { digest: "d2" });
  server.view = {
    ...server.view,
    request: { ...server.view.request, prompt: "Which one now?", digest: "d2" },
  };
  await page.pressVerb("pick");
  expect(page.one("h1")?.textContent).toBe("Which one now?");
  expect(page.text()).toContain("The question has changed since it was shown.");
  delete server.says.giveAnswer;
  await page.pressVerb("pick");
  expect(server.given.at(-1)).toMatchObject({ digest: "d2", replyId: "rpl_2" });
});

it("shows that a question was assigned to others, at the first load and after an answer", async () => {
  const server = fakeAnswers();
  const page = await openLink(server);
  await page.mark("a");
  server.refuse("forbidden");
  server.says.viewAnswer = [403, { error: { code: "forbidden", message: "no" } }];
  await page.pressVerb("pick");
  expect(page.text()).toContain("You are no longer asked");
  expect(page.text()).toContain("The answer you gave here was not taken.");
  const first = await openLink(server);
  expect(first.text()).toContain("You are no longer asked");
  expect(first.text()).not.toContain("Your own answer");
});

it("shows that an answer was not accepted because its link has ended, and keeps nothing of it", async () => {
  const server = fakeAnswers();
  const page = await openLink(server, { fragment: `#${linkToken}/b` });
  server.says = { giveAnswer: ended, viewAnswer: ended };
  await page.pressVerb("pick");
  await page.load();
  expect(page.text()).toContain("This link has ended");
  expect(page.text()).toContain("The answer you gave here was not taken.");
  expect([...page.storage.kept.keys()].filter((key) => key.endsWith("/unsent"))).toEqual([]);
});

it("still shows the outcome of a question after its link has ended", async () => {
  const server = fakeAnswers({ state: "expired" });
  const page = await openLink(server);
  server.says.viewAnswer = ended;
  await page.load();
  expect(page.text()).toContain("Nobody answered in time.");
});

it.each([
  [401, "This link has ended"],
  [400, "This link has ended"],
  [404, "The question no longer exists"],
])("explains a link that is answered by %i", async (status, words) => {
  const server = fakeAnswers();
  server.says.viewAnswer = [status, { error: { code: "unauthorized", message: "no" } }];
  expect((await openLink(server)).one("h1")?.textContent).toBe(words);
});

it("waits for a server that is down, and continues on request", async () => {
  const server = fakeAnswers();
  server.says.viewAnswer = "away";
  const page = await openLink(server);
  expect(page.one("h1")?.textContent).toBe("Callboard does not answer");
  const tell = server.hold("viewAnswer");
  await page.press("Try again");
  expect(page.text()).toContain("Looking for the question…");
  await act(async () => tell([200, server.view]));
  expect(page.one("h1")?.textContent).toBe("Which title?");
});

it.each([
  ["a page of a proxy", [200, "<html>"]],
  ["a server that fails", [503, { message: "Service Unavailable" }]],
  ["something else", [200, { request: 7 }]],
] as const)("does not accept %s as an answer of Callboard", async (_, said) => {
  const server = fakeAnswers();
  server.says.viewAnswer = said;
  expect((await openLink(server)).one("h1")?.textContent).toBe("Callboard does not answer");
});

it("explains that too many answers were refused, or that one is too long", async () => {
  const server = fakeAnswers();
  const page = await openLink(server, { fragment: `#${linkToken}/b` });
  server.refuse("rate_limited", { retryAfterMs: 30_000 });
  await page.pressVerb("pick");
  expect(page.text()).toContain("Too many answers in a short time. Wait 30 s");
  server.says.giveAnswer = [413, { error: { code: "too_large", message: "no" } }];
  await page.pressVerb("pick");
  expect(page.text()).toContain("The answer is too long to be sent.");
  expect(page.text()).not.toContain("is not confirmed yet");
});

it("loads the question at its deadline, by the server's clock", async () => {
  const server = fakeAnswers({ deadline: halfPastTwo + 60_000 });
  server.view = { ...server.view, serverTime: halfPastTwo - 600_000 };
  const page = await openLink(server);
  expect(page.text()).toContain("11 min left");
  await page.pass(60_000);
  const { request } = server.view;
  server.view = {
    ...server.view,
    serverTime: halfPastTwo + 62_000,
    request: { ...request, state: "expired" },
  };
  await page.pass(602_000);
  expect(page.text()).toContain("Nobody answered in time.");
});

it("accepts comments, the reader's own text and a form, as the creator's page does", async () => {
  const schema = {
    type: "object",
    properties: { when: { type: "string", title: "When" } },
    required: ["when"],
  };
  const server = fakeAnswers({ verbs: ["answer", "reject"], candidates: [], schema }, []);
  const page = await openLink(server);
  const field = page.one("form input") as HTMLInputElement;
  expect(field.labels?.[0]?.textContent).toContain("When");
  await page.pressVerb("answer");
  expect(server.given).toEqual([]);
  await page.pressVerb("reject");
  expect(server.given).toMatchObject([{ verb: "reject" }]);
});

it("shows a mostly unreadable question, and sends answers that need nothing else", async () => {
  const server = fakeAnswers({ verbs: ["approve", "pick"] });
  server.view = { ...server.view, request: { ...server.view.request, prompt: 7 } as never };
  const page = await openLink(server);
  expect(page.all("h1")).toHaveLength(1);
  expect(page.text()).toContain("You answer as Ana.");
  expect(page.all("[data-verb=pick]")).toEqual([]);
  await page.pressVerb("approve");
  expect(server.given).toMatchObject([{ verb: "approve", digest: "d1" }]);
  expect(page.text()).toContain("Your answer was accepted.");
});

it("reads prompts in their own language and direction", async () => {
  const page = await openLink(fakeAnswers({ prompt: "איזו כותרת?", lang: "he" }), {
    words: japaneseAnswering,
  });
  expect(page.one("h1")?.getAttribute("lang")).toBe("he");
  expect(page.one("h1")?.getAttribute("dir")).toBe("auto");
  expect(page.one(".candidate-list")?.getAttribute("dir")).toBe("rtl");
  expect(page.text()).toContain("Anaさんとして回答します。");
});
