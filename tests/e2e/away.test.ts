import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import { WebhookBody } from "@callboard/protocol";
import { verifyWebhook } from "@callboard/tokens";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startAsking } from "./asking.ts";
import { type Aws, awsAt } from "./aws.ts";
import { openBrowser, openPage } from "./browser.ts";
import { devToken } from "./dev-token.ts";
import { type Machine, openMachine } from "./machine.ts";
import { eventually } from "./people.ts";

const afterSeconds = 2;

interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
  at: number;
  headers: { name: string; value: string }[];
}

let machine: Machine;
let browser: Browser;
let aws: Aws;
let pages: string;
beforeAll(async () => {
  machine = await openMachine();
  await machine.start({ CALLBOARD_NOTIFY_AFTER_SECONDS: String(afterSeconds) }).up;
  pages = `http://127.0.0.1:${machine.ports.pages}`;
  aws = awsAt(`http://127.0.0.1:${machine.ports.aws}`);
  browser = await openBrowser();
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await machine?.close();
});

/** Somebody's own page. */
async function come(user: string) {
  const token = await devToken(pages, user, "creator");
  const { page } = await openPage(browser, `${pages}/creator.html#?token=${token}`);
  await page.getByText("Connected").waitFor();
  return page;
}

const mails = async (): Promise<Mail[]> => (await (await fetch(`${pages}/dev/mail`)).json()) as Mail[];
const mailsTo = async (user: string, holds: (mails: Mail[]) => boolean, ms?: number): Promise<Mail[]> =>
  eventually(async () => (await mails()).filter(({ to }) => to.includes(user)), holds, ms);

/** Every address in a mail and its headers, as a program that follows them finds it. */
function linksIn({ text, html, headers }: Mail): string[] {
  const all = [text, html.replaceAll("&amp;", "&"), ...headers.map(({ value }) => value)].join(" ");
  return [...new Set(all.match(/https?:\/\/[^\s"'<>)]+/g) ?? [])];
}
/** Those that lead to the question, with a candidate chosen if one is named. */
const answerLinks = (mail: Mail) =>
  linksIn(mail).filter((link) => link.includes("/answer.html#") && !link.includes("#unsubscribe/"));

const statusOf = async (executionArn: string) => aws.sfn.send(new DescribeExecutionCommand({ executionArn }));

it("reaches people whose tab is closed, who answer from there, and tells the other who was first", async () => {
  for (const user of ["ana", "bob"]) await (await come(user)).context().close();
  const [executionArn] = await startAsking(aws, "away", ["video/v_away"]);
  const askedAt = Date.now();
  const [anas, bobs] = await Promise.all(
    ["ana", "bob"].map(async (user) => (await mailsTo(user, (found) => found.length > 0))[0]),
  );
  // What the workflow takes to ask is part of it.
  expect(Math.max(anas!.at, bobs!.at) - askedAt).toBeLessThan((afterSeconds + 5) * 1000);
  for (const mail of [anas!, bobs!]) expect(mail.text).toContain("Which one?");

  const chosen = answerLinks(anas!).find((link) => link.endsWith("/right"))!;
  const ana = await openPage(browser, chosen);
  await ana.page.getByRole("heading", { name: "Which one?" }).waitFor();
  expect(await ana.page.getByRole("radio", { name: /Right/ }).isChecked()).toBe(true);
  expect(new URL(ana.page.url()).hash).toBe("");
  expect((await statusOf(executionArn!)).status).toBe("RUNNING");
  await ana.page.locator("[data-verb=pick]").click();
  const { output } = await eventually(
    () => statusOf(executionArn!),
    ({ status }) => status !== "RUNNING",
  );
  expect(JSON.parse(output!)).toMatchObject({
    verb: "pick",
    candidateId: "right",
    by: { id: "ana" },
    via: "mail",
  });
  expect(ana.problems).toEqual([]);

  const bob = await openPage(browser, answerLinks(bobs!)[0]!);
  await bob.page.getByText(/ana/i).first().waitFor();
  await bob.page.getByText("Right").first().waitFor();
  expect(await bob.page.locator("[data-verb]").count()).toBe(0);
  expect(bob.problems).toEqual([]);
}, 120_000);

it("answers nothing for whoever only looks: every link of a mail, a hundred times", async () => {
  const [executionArn] = await startAsking(aws, "scanned", ["video/v_scanned"], { assignees: ["user/ana"] });
  const before = (await mails()).length;
  const found = await mailsTo(
    "ana",
    (all) => all.some(({ text }) => text.includes("v_scanned")) || all.length > 1,
  );
  expect((await mails()).length).toBeGreaterThan(before);
  const mail = found.at(-1)!;
  const links = linksIn(mail);
  expect(links.length).toBeGreaterThan(2);
  expect(links.filter((link) => new URL(link).pathname.includes("/unsubscribe/"))).toHaveLength(1);
  for (const link of links)
    for (let n = 0; n < 100; n++)
      for (const method of ["GET", "HEAD"]) await (await fetch(link, { method })).arrayBuffer();
  // A scanner that runs what is on a page presses nothing either.
  for (const link of answerLinks(mail)) {
    const { page } = await openPage(browser, link);
    await page.getByRole("heading", { name: "Which one?" }).waitFor();
    await page.context().close();
  }
  expect((await statusOf(executionArn!)).status).toBe("RUNNING");
  const { httpUrl } = (await (await fetch(`${pages}/config.json`)).json()) as { httpUrl: string };
  const headers = { authorization: `Bearer ${await devToken(pages, "ana", "creator")}` };
  expect(await (await fetch(`${httpUrl}/settings`, { headers })).json()).toMatchObject({
    mail: { on: true },
  });
}, 120_000);

it("tells nobody of a question that somebody has opened", async () => {
  const page = await come("cem");
  const before = (await mails()).length;
  // Opening it may take a while on a busy machine.
  const asked = { notifyAfterSeconds: 3 * afterSeconds };
  const toCem = { ...asked, prompt: "Seen at once?", assignees: ["user/cem"] };
  await startAsking(aws, "opened", ["video/v_opened"], toCem);
  await page.getByRole("button", { name: /Seen at once/ }).click();
  await page.getByRole("heading", { name: "Seen at once?" }).waitFor();
  const toBob = { ...asked, prompt: "The next?", assignees: ["user/bob"] };
  await startAsking(aws, "closing", ["video/v_closing"], toBob);
  // The question that was asked later is told of: what was due before it would be there.
  await mailsTo("bob", (all) => all.some(({ text }) => text.includes("The next?")));
  expect((await mails()).slice(before).filter(({ to }) => to.includes("cem"))).toEqual([]);
}, 120_000);

it("posts to a webhook of this machine, and takes the answer that comes back", async () => {
  const posts: { headers: IncomingHttpHeaders; body: Buffer }[] = [];
  const receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    posts.push({ headers: request.headers, body: Buffer.concat(chunks) });
    response.writeHead(204).end();
  });
  await once(receiver.listen(0, "127.0.0.1"), "listening");
  const post = (url: string, body: object, headers: Record<string, string> = {}) =>
    fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  try {
    const { token } = (await (await fetch(`${pages}/dev/token?user=dan&role=creator`)).json()) as {
      token: string;
    };
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    const chosen = await post(
      `http://127.0.0.1:${machine.ports.socket}/settings`,
      { mail: { on: false }, webhook: { url } },
      { authorization: `Bearer ${token}` },
    );
    const { webhook } = (await chosen.json()) as { webhook: { secret: string } };
    const [executionArn] = await startAsking(aws, "hooked", ["video/v_hooked"], { assignees: ["user/dan"] });
    const [{ headers, body }] = (await eventually(
      async () => posts,
      (all) => all.length > 0,
    )) as [(typeof posts)[0]];
    const { data } = WebhookBody.parse(verifyWebhook(webhook.secret, headers, body)?.body);
    const [{ round, digest, answer }] = data.questions as [(typeof data.questions)[0]];
    const reply = { replyId: "dans", round, digest, verb: "pick", candidateId: "left" };
    expect((await post(answer.url, { token: answer.token, reply })).status).toBe(200);
    const { output } = await eventually(
      () => statusOf(executionArn!),
      ({ status }) => status !== "RUNNING",
    );
    expect(JSON.parse(output!)).toMatchObject({ by: { id: "dan" }, via: "webhook", candidateId: "left" });
    expect(posts).toHaveLength(1);
  } finally {
    receiver.close();
  }
}, 60_000);
