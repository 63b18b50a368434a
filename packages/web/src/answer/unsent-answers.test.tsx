// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { fakeStorage, openLink } from "../testing/answer-stage.tsx";
import { fakeAnswers, linkToken } from "../testing/fake-answers.ts";

it("keeps an unconfirmed answer even after a reload, and sends the same one", async () => {
  const server = fakeAnswers();
  const storage = fakeStorage();
  const page = await openLink(server, { fragment: `#${linkToken}/b`, storage });
  server.says.giveAnswer = "away";
  await page.pressVerb("pick");
  expect(page.text()).toContain("Your answer “B” is not confirmed yet.");
  expect(page.markedTitle()).toBe("B");
  await page.pressVerb("pick");
  await page.close();
  const again = await openLink(server, { fragment: "", storage });
  expect(again.text()).toContain("Your answer “B” is not confirmed yet.");
  delete server.says.giveAnswer;
  await again.press("Send it again");
  await again.pass(1_000);
  expect(again.text()).toContain("You chose “B”");
  expect(server.given.map(({ replyId }) => replyId)).toEqual(["rpl_1", "rpl_1", "rpl_1"]);
  expect([...storage.kept.keys()].filter((key) => key.endsWith("/unsent"))).toEqual([]);
});

it("shows the holder of another link in the same tab nothing of what was marked or written before", async () => {
  const storage = fakeStorage();
  const server = fakeAnswers();
  const anas = await openLink(server, { fragment: `#${linkToken}/b`, storage });
  server.says.giveAnswer = "away";
  await anas.pressVerb("pick");
  await anas.close();
  const bobs = await openLink(server, { fragment: "#v1.eyJrIjoiYW5zd2VyIn0.b3RoZXI-another", storage });
  expect(bobs.marked()).toBe(0);
  expect(bobs.text()).not.toContain("is not confirmed yet");
  await bobs.close();
  expect((await openLink(server, { fragment: `#${linkToken}`, storage })).text()).toContain(
    "is not confirmed yet",
  );
});

it("gives another answer another id after one was lost", async () => {
  const server = fakeAnswers();
  const page = await openLink(server, { fragment: `#${linkToken}/b` });
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
  const page = await openLink(server, { fragment: `#${linkToken}/b` });
  page.setOnline(false);
  await page.pressVerb("pick");
  expect(server.given).toEqual([]);
  expect(page.text()).toContain("There was no connection, so nothing was sent. Send it again.");
  expect(page.text()).toContain("Your answer “B” is not confirmed yet.");
  page.setOnline(true);
  await page.press("Send it again");
  expect(server.given).toHaveLength(1);
});

it("does not mention a lost answer once another one was refused in its place", async () => {
  const server = fakeAnswers();
  const page = await openLink(server, { fragment: `#${linkToken}/b` });
  server.says.giveAnswer = "away";
  await page.pressVerb("pick");
  server.says.giveAnswer = [413, { error: { code: "too_large", message: "no" } }];
  await page.mark("a");
  await page.pressVerb("pick");
  expect(page.text()).toContain("The answer is too long to be sent.");
  expect(page.text()).not.toContain("is not confirmed yet");
});

it("brings back no older answer if the tab could not keep the newer one", async () => {
  const storage = fakeStorage();
  const server = fakeAnswers();
  const page = await openLink(server, { fragment: `#${linkToken}/b`, storage });
  server.says.giveAnswer = "away";
  await page.pressVerb("pick");
  storage.setItem = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  await page.mark("a");
  await page.pressVerb("pick");
  await page.close();
  const again = await openLink(server, { fragment: "", storage });
  expect(again.text()).not.toContain("is not confirmed yet");
});
