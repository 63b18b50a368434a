import { afterAll, beforeAll, expect, it } from "vitest";
import { openPage } from "./browser.ts";
import { type LinkStage, openLinkStage, serve, token, viewOf } from "./link-stage.ts";

let stage: LinkStage;
beforeAll(async () => {
  stage = await openLinkStage();
}, 90_000);
afterAll(() => stage?.close());

it("removes the token from the address and the history, and opens again after a reload", async () => {
  const { page, context, problems, sent } = await stage.openLink(viewOf(), `#${token}/right`);
  const asked: string[] = [];
  context.on("request", (request) => asked.push(request.url()));
  expect(new URL(page.url()).hash).toBe("");
  expect(await page.getByRole("radio", { name: "Right" }).isChecked()).toBe(true);
  await page.reload();
  await page.getByRole("heading", { name: "Which title?" }).waitFor();
  expect(await page.getByRole("radio", { name: "Right" }).isChecked()).toBe(true);
  expect(sent).toEqual([{ token }, { token }]);
  expect(asked.filter((url) => url.includes(token.slice(0, 10)))).toEqual([]);
  // Neither a socket nor the code for signing in.
  expect(asked.filter((url) => /^ws|issuer|oidc|session/.test(url))).toEqual([]);
  expect(problems).toEqual([]);
  await context.close();
});

it("can be answered with only the keyboard", async () => {
  const { page, context, problems } = await stage.openLink(viewOf());
  const given = await serve(context, "/answers", { status: 200, body: { status: "accepted" } });
  await page.keyboard.press("1");
  await page.keyboard.press("ArrowDown");
  for (let n = 0; n < 12; n++) {
    if ((await page.evaluate(() => document.activeElement?.getAttribute("data-verb"))) === "pick") break;
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await page.getByText("Your answer was accepted.").waitFor();
  expect(given).toMatchObject([{ token, reply: { verb: "pick", candidateId: "right", round: 1 } }]);
  expect(problems).toEqual([]);
  await context.close();
});

it("says that it needs JavaScript if there is none", async () => {
  const { page, context } = await openPage(stage.browser, `${stage.pages}/answer.html#${token}`, {
    javaScriptEnabled: false,
  });
  expect(await page.locator("noscript").textContent()).toContain("This page needs JavaScript");
  await context.close();
});

it("keeps an answer while there is no network, and sends it again at a press", async () => {
  const { page, context } = await stage.openLink(viewOf(), `#${token}/right`);
  const given = await serve(context, "/answers", { status: 200, body: { status: "accepted" } });
  await context.setOffline(true);
  await page.locator("[data-verb=pick]").click();
  await page.getByText("There was no connection, so nothing was sent.").waitFor();
  await context.setOffline(false);
  await page.getByRole("button", { name: "Send it again" }).click();
  await page.getByText("Your answer was accepted.").waitFor();
  expect(given).toHaveLength(1);
  await context.close();
});

it("turns mails off only by a button", async () => {
  const { page, context, problems } = await openPage(stage.browser, "about:blank");
  const sent = await serve(context, `/unsubscribe/${token}`, { status: 200, body: {} });
  await page.goto(`${stage.pages}/answer.html#unsubscribe/${token}`);
  await page.getByRole("button", { name: "Send me no more mails" }).waitFor();
  await page.reload();
  expect(sent).toEqual([]);
  await page.getByRole("button", { name: "Send me no more mails" }).click();
  await page.getByText("You get no more mails about questions.").waitFor();
  expect(sent).toHaveLength(1);
  expect(await page.getByRole("link", { name: /settings/i }).getAttribute("href")).toBe("./settings.html");
  expect(problems).toEqual([]);
  await context.close();
});
