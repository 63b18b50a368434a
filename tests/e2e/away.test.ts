import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { startAsking } from "./asking.ts";
import { type Aws, awsAt } from "./aws.ts";
import { openBrowser, openPage } from "./browser.ts";
import { devToken } from "./dev-token.ts";
import { freePorts, type Machine, openMachine } from "./machine.ts";
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

/** A person's own page. */
async function come(user: string) {
  const token = await devToken(pages, user, "creator");
  const { page } = await openPage(browser, `${pages}/creator.html#?token=${token}`);
  await page.getByText("Connected").waitFor();
  return page;
}

const mails = async (): Promise<Mail[]> => (await (await fetch(`${pages}/dev/mail`)).json()) as Mail[];
const mailsTo = async (user: string, holds: (mails: Mail[]) => boolean, ms?: number): Promise<Mail[]> =>
  eventually(async () => (await mails()).filter(({ to }) => to.includes(user)), holds, ms);

/** Every address in a mail and its headers, as a scanner finds them. */
function linksIn({ text, html, headers }: Mail): string[] {
  const all = [text, html.replaceAll("&amp;", "&"), ...headers.map(({ value }) => value)].join(" ");
  return [...new Set(all.match(/https?:\/\/[^\s"'<>)]+/g) ?? [])];
}
/** Those that lead to the question, with a candidate chosen if one is named. */
const answerLinks = (mail: Mail) =>
  linksIn(mail).filter((link) => link.includes("/answer.html#") && !link.includes("#unsubscribe/"));

const statusOf = async (executionArn: string) => aws.sfn.send(new DescribeExecutionCommand({ executionArn }));

it("reaches people whose tab is closed, who answer from a mail, and tells the other who was first", async () => {
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

it("answers nothing by opening links: every link of a mail, a hundred times", async () => {
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
  // A scanner that runs a page's scripts presses nothing either.
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

it("notifies nobody of a question that somebody has opened", async () => {
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
  // The later question has its notice, so an earlier due notice would be there too.
  await mailsTo("bob", (all) => all.some(({ text }) => text.includes("The next?")));
  expect((await mails()).slice(before).filter(({ to }) => to.includes("cem"))).toEqual([]);
}, 120_000);

it("posts to a receiver on this machine, whose answer the execution gets, as docs/webhook.md shows", async () => {
  const page = await readFile(new URL("../../docs/webhook.md", import.meta.url), "utf8");
  const [receiver] = [...page.matchAll(/```js\n(.*?)```/gs)].map(([, text]) => text!);
  const [begin, ask] = [...page.matchAll(/```sh\n(.*?)```/gs)].map(([, text]) => text!);
  const folder = await mkdtemp(join(tmpdir(), "callboard-webhook-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await symlink(fileURLToPath(new URL("../../node_modules", import.meta.url)), join(folder, "node_modules"));
  await writeFile(join(folder, "receiver.mjs"), receiver!);
  const [port] = await freePorts(1);
  const here = (text: string) =>
    text
      .replaceAll("127.0.0.1:3000", `127.0.0.1:${machine.ports.pages}`)
      .replaceAll("127.0.0.1:3001", `127.0.0.1:${machine.ports.socket}`)
      .replaceAll("127.0.0.1:8080", `127.0.0.1:${port}`);
  /** The packages are their sources here. */
  const env = { ...process.env, PORT: String(port), NODE_OPTIONS: `--import=${import.meta.resolve("tsx")}` };
  const type = (script: string) =>
    spawn("bash", ["-euo", "pipefail", "-c", here(script).replace("node receiver", "exec node receiver")], {
      cwd: folder,
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
  const running = type(begin!);
  onTestFinished(() => void running.kill());
  const lines = createInterface(running.stdout);
  expect(await once(lines, "line")).toEqual([`listening on ${port}`]);
  const answered = once(lines, "line");
  const asking = type(ask!);
  const [video] = await once(createInterface(asking.stdout), "line");
  expect(await answered).toEqual(["answered with 200"]);
  const { videoId } = JSON.parse(video) as { videoId: string };
  const executionArn = `arn:aws:states:us-east-1:000000000000:execution:post-processing:${videoId}`;
  await eventually(
    () => statusOf(executionArn),
    ({ status }) => status === "SUCCEEDED",
  );
}, 120_000);
