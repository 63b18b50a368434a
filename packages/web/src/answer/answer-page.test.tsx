// @vitest-environment happy-dom
import type { RequestValue } from "@callboard/protocol";
import { afterEach, expect, it } from "vitest";
import { fakeStorage, openLink } from "../testing/answer-stage.tsx";
import { candidateOf, fakeAnswers, linkToken } from "../testing/fake-answers.ts";
import { halfPastTwo } from "../testing/items.ts";
import { japaneseAnswering } from "../testing/words.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function open(...of: Parameters<typeof openLink>) {
  const page = await openLink(...of);
  ends.push(page.close);
  return page;
}

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

it("shows the whole question, in whose name it is answered, and sends nothing by itself", async () => {
  const server = fakeAnswers({
    deadline: halfPastTwo + 3_600_000,
    title: "A night at the Globe",
    maxRounds: 3,
  });
  const page = await open(server);
  expect(page.one("h1")?.textContent).toBe("Which title?");
  expect(page.text()).toContain("You answer as Ana. Whoever has this link can.");
  expect(page.text()).toContain("About A night at the Globe");
  expect(page.text()).toContain("1 h left");
  expect(page.text()).toContain("If nobody answers, the question expires at");
  expect(page.all('input[type="radio"]')).toHaveLength(2);
  await page.pass(3_000_000);
  await page.look();
  expect(server.given).toEqual([]);
  expect(new Set(server.asked)).toEqual(new Set(["POST /api/answers/view"]));
});

it("never names the token in an address, nor keeps it anywhere but in the tab", async () => {
  const server = fakeAnswers();
  const page = await open(server);
  await page.mark("a");
  await page.pressVerb("pick");
  expect(server.asked.join()).not.toContain(linkToken);
  expect([...page.storage.kept].filter(([, value]) => value.includes(linkToken)).map(([key]) => key)).toEqual(
    ["callboard.answer.link"],
  );
});

it("marks what the link chooses, sends it once it is pressed, and tells what has become of it", async () => {
  const server = fakeAnswers();
  const page = await open(server, { fragment: `#${linkToken}/b` });
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

it("looks at what becomes of an answer for a while, less and less often", async () => {
  const server = fakeAnswers();
  const page = await open(server);
  await page.mark("a");
  server.says.giveAnswer = [200, { requestId: "req_0123456789", replyId: "rpl_1", status: "accepted" }];
  await page.pressVerb("pick");
  const before = server.asked.length;
  await page.pass(3_600_000);
  expect(server.asked.length - before).toBe(6);
  expect(page.waits()).toBe(0);
});

it("keeps what somebody has marked when the page is loaded again, and takes a new link's word", async () => {
  const storage = fakeStorage();
  const first = await openLink(fakeAnswers(), { fragment: `#${linkToken}/b`, storage });
  await first.mark("a");
  await first.close();
  const again = await openLink(fakeAnswers(), { fragment: "", storage });
  expect(again.markedTitle()).toBe("A");
  await again.close();
  expect((await open(fakeAnswers(), { fragment: `#${linkToken}/b`, storage })).markedTitle()).toBe("B");
});

it.each([
  `#${linkToken}/b?utm_source=mail`,
  `#${linkToken}%2Fb`,
  `#${linkToken}/none`,
  `#${linkToken}/b/nobody`,
])("opens %s in spite of what was done to it", async (fragment) => {
  const page = await open(fakeAnswers(), { fragment });
  expect(page.one("h1")?.textContent).toBe("Which title?");
  expect(page.marked()).toBe(fragment.endsWith("none") ? 0 : 1);
});

it("tells the candidates of two sources apart", async () => {
  const both = ["Nova", "Claude"].map((source) =>
    candidateOf("1", { source, by: source.toLowerCase(), title: source }),
  );
  const page = await open(fakeAnswers({ candidates: [] }, both), { fragment: `#${linkToken}/1/Claude` });
  expect(page.markedTitle()).toBe("Claude");
});

it("tells who was first, when and how, at first sight", async () => {
  const server = fakeAnswers(answeredByAna);
  server.view = { ...server.view, as: { id: "bob", name: "Bob" } };
  const page = await open(server);
  expect(page.text()).toContain("Ana chose “B” by mail at 14:28. The workflow has the answer.");
  expect(page.all("[data-verb]")).toEqual([]);
  expect(page.text()).not.toContain("You answer as");
});

it("says so when somebody was faster while the page was open", async () => {
  const server = fakeAnswers();
  server.view = { ...server.view, as: { id: "bob", name: "Bob" } };
  const page = await open(server);
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
  ["superseded", "A newer question took its place."],
] as const)("tells of a question that is %s, before and after somebody answers", async (state, words) => {
  const closed = await open(fakeAnswers({ state }));
  expect(closed.text()).toContain(words);
  expect(closed.all("[data-verb]")).toEqual([]);
  const server = fakeAnswers();
  const page = await open(server);
  await page.mark("a");
  server.refuse(state);
  server.view = { ...server.view, request: { ...server.view.request, state } };
  await page.pressVerb("pick");
  expect(page.text()).toContain(words);
  expect(page.text()).toContain("The answer you gave here was not taken.");
});

it("shows a question anew that has changed since it was shown, and takes the answer to that", async () => {
  const server = fakeAnswers();
  const page = await open(server);
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

it("tells that a question was put to others, at first sight and when it is answered", async () => {
  const server = fakeAnswers();
  const page = await open(server);
  await page.mark("a");
  server.refuse("forbidden");
  server.says.viewAnswer = [403, { error: { code: "forbidden", message: "no" } }];
  await page.pressVerb("pick");
  expect(page.text()).toContain("You are no longer asked");
  expect((await open(server)).text()).toContain("You are no longer asked");
});

it.each([
  [401, "This link has ended"],
  [400, "This link has ended"],
  [404, "The question is not here any more"],
])("says what is the matter with a link that is answered by %i", async (status, words) => {
  const server = fakeAnswers();
  server.says.viewAnswer = [status, { error: { code: "unauthorized", message: "no" } }];
  expect((await open(server)).one("h1")?.textContent).toBe(words);
});

it("waits for a server that is away, and goes on when it is asked again", async () => {
  const server = fakeAnswers();
  server.says.viewAnswer = "away";
  const page = await open(server);
  expect(page.one("h1")?.textContent).toBe("Callboard does not answer");
  delete server.says.viewAnswer;
  await page.press("Try again");
  expect(page.one("h1")?.textContent).toBe("Which title?");
});

it.each([
  ["a page of a proxy", [200, "<html>"]],
  ["a server that fails", [503, { message: "Service Unavailable" }]],
  ["something else", [200, { request: 7 }]],
] as const)("does not take %s for Callboard's word", async (_, said) => {
  const server = fakeAnswers();
  server.says.viewAnswer = said;
  expect((await open(server)).one("h1")?.textContent).toBe("Callboard does not answer");
});

it("keeps an answer of which nobody said that it arrived, also when the page is loaded again, and sends the same", async () => {
  const server = fakeAnswers();
  const storage = fakeStorage();
  const page = await openLink(server, { fragment: `#${linkToken}/b`, storage });
  server.says.giveAnswer = "away";
  await page.pressVerb("pick");
  expect(page.text()).toContain("Your answer “B” may not have arrived.");
  expect(page.markedTitle()).toBe("B");
  await page.pressVerb("pick");
  await page.close();
  const again = await open(server, { fragment: "", storage });
  expect(again.text()).toContain("Your answer “B” may not have arrived.");
  delete server.says.giveAnswer;
  await again.press("Send it again");
  await again.pass(1_000);
  expect(again.text()).toContain("You chose “B”");
  expect(server.given.map(({ replyId }) => replyId)).toEqual(["rpl_1", "rpl_1", "rpl_1"]);
  expect([...storage.kept.keys()].filter((key) => key.endsWith("/unsent"))).toEqual([]);
});

it("shows nothing to whoever opens another link in the same tab of what was marked, written and not sent there", async () => {
  const storage = fakeStorage();
  const server = fakeAnswers();
  const anas = await openLink(server, { fragment: `#${linkToken}/b`, storage });
  server.says.giveAnswer = "away";
  await anas.pressVerb("pick");
  await anas.close();
  const bobs = await openLink(server, { fragment: "#v1.eyJrIjoiYW5zd2VyIn0.b3RoZXI-another", storage });
  expect(bobs.marked()).toBe(0);
  expect(bobs.text()).not.toContain("may not have arrived");
  await bobs.close();
  expect((await open(server, { fragment: `#${linkToken}`, storage })).text()).toContain(
    "may not have arrived",
  );
});

it("gives another answer another name after one was lost", async () => {
  const server = fakeAnswers();
  const page = await open(server, { fragment: `#${linkToken}/b` });
  server.says.giveAnswer = "away";
  await page.pressVerb("pick");
  await page.mark("a");
  await page.pressVerb("pick");
  expect(server.given.map(({ replyId, candidateId }) => [replyId, candidateId])).toEqual([
    ["rpl_1", "b"],
    ["rpl_2", "a"],
  ]);
});

it("sends nothing without a network, and says so", async () => {
  const server = fakeAnswers();
  const page = await open(server, { fragment: `#${linkToken}/b` });
  page.setOnline(false);
  await page.pressVerb("pick");
  expect(server.given).toEqual([]);
  expect(page.text()).toContain("There was no connection, so nothing was sent. Send it again.");
  page.setOnline(true);
  await page.press("Send it again");
  expect(server.given).toHaveLength(1);
});

it("says when too many answers were refused, and that one is too long", async () => {
  const server = fakeAnswers();
  const page = await open(server, { fragment: `#${linkToken}/b` });
  server.refuse("rate_limited", { retryAfterMs: 30_000 });
  await page.pressVerb("pick");
  expect(page.text()).toContain("Too many answers in a short time. Wait 30 s");
  server.says.giveAnswer = [413, { error: { code: "too_large", message: "no" } }];
  await page.pressVerb("pick");
  expect(page.text()).toContain("The answer is too long to be sent.");
  expect(page.text()).not.toContain("may not have arrived");
});

it("looks at the question when its time is up, by the server's clock", async () => {
  const server = fakeAnswers({ deadline: halfPastTwo + 60_000 });
  server.view = { ...server.view, serverTime: halfPastTwo - 600_000 };
  const page = await open(server);
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

it("takes comments, own words and a form as the creator's page does", async () => {
  const schema = {
    type: "object",
    properties: { when: { type: "string", title: "When" } },
    required: ["when"],
  };
  const server = fakeAnswers({ verbs: ["answer", "reject"], candidates: [], schema }, []);
  const page = await open(server);
  const field = page.one("form input") as HTMLInputElement;
  expect(field.labels?.[0]?.textContent).toContain("When");
  await page.pressVerb("answer");
  expect(server.given).toEqual([]);
  await page.pressVerb("reject");
  expect(server.given).toMatchObject([{ verb: "reject" }]);
});

it("shows a question of which little can be read, with the answers that need nothing", async () => {
  const server = fakeAnswers({ verbs: ["approve", "pick"] });
  server.view = { ...server.view, request: { ...server.view.request, prompt: 7 } as never };
  const page = await open(server);
  expect(page.all("[data-verb=approve]")).toHaveLength(1);
  expect(page.all("[data-verb=pick]")).toEqual([]);
});

it("reads prompts in their own language and direction", async () => {
  const page = await open(fakeAnswers({ prompt: "איזו כותרת?", lang: "he" }), { words: japaneseAnswering });
  expect(page.one("h1")?.getAttribute("lang")).toBe("he");
  expect(page.one("h1")?.getAttribute("dir")).toBe("auto");
  expect(page.one(".candidate-list")?.getAttribute("dir")).toBe("rtl");
  expect(page.text()).toContain("Anaさんとして回答します。");
});
