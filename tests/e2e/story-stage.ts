import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SFNClient } from "@aws-sdk/client-sfn";
import { connect } from "@callboard/client";
import { credentials, type LocalCallboard, region, startCallboard } from "@callboard/dev";
import type { Channel, Item, Subject } from "@callboard/protocol";
import { samplePath } from "@callboard/video";
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from "playwright-core";
import { expect, vi } from "vitest";
import { WebSocket } from "ws";
import { buildPages } from "../../scripts/bundle.ts";
import { openBrowser, openPage } from "./browser.ts";

/** A person, and the page that they use. */
interface Seat {
  readonly role: "creator" | "viewer";
  readonly user?: string;
  /** The subject of the page at its start. */
  readonly subject?: string;
  readonly context?: BrowserContextOptions;
}

/** A person's page; `frames` are all WebSocket frames that it has received, `problems` its unseen errors. */
export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly problems: string[];
  readonly frames: string[];
}

/** Callboard on free ports with its own data, and a browser. */
export interface StoryStage {
  readonly browser: Browser;
  readonly callboard: LocalCallboard;
  readonly sfn: SFNClient;
  visit(seat: Seat): Promise<Visit>;
  token(role: Seat["role"], user?: string): Promise<string>;
  /** Starts the sample as the page's button does, with any wait. */
  playSample(timeoutSeconds?: number, user?: string): Promise<{ subject: Subject; executionArn: string }>;
  /** A channel on the server, as a new client sees it. */
  serverMap(channel: Channel, user?: string): Promise<Record<string, unknown>>;
  /** Stops the whole service; `start` starts it again at the same addresses with the same data. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the service and the browser. */
export async function openStory(): Promise<StoryStage> {
  const data = await mkdtemp(join(tmpdir(), "callboard-story-"));
  let ports = { port: 0, socketPort: 0, awsPort: 0 };
  const built = await buildPages();
  const begin = () => startCallboard({ ...ports, data, lists: "video" }, { pages: built, say: () => {} });
  const [browser, first] = await Promise.all([openBrowser(), begin()]);
  let callboard = first;
  const portOf = (address: string) => Number(new URL(address).port);
  const { pages, socket, http, aws } = callboard.addresses;
  ports = { port: portOf(pages), socketPort: portOf(socket), awsPort: portOf(aws) };
  const sfn = new SFNClient({ region, credentials, endpoint: aws });

  const token = async (role: Seat["role"], user = role === "creator" ? "ana" : "vic") => {
    const answer = await fetch(`${pages}/dev/token?user=${user}&role=${role}`);
    return ((await answer.json()) as { token: string }).token;
  };

  return {
    browser,
    get callboard() {
      return callboard;
    },
    sfn,
    token,
    async visit({ role, user, subject, context: options = {} }) {
      const { page, context, problems } = await openPage(browser, "about:blank", {
        locale: "en-GB",
        ...options,
      });
      const frames: string[] = [];
      page.on("websocket", (socket) =>
        socket.on("framereceived", ({ payload }) => frames.push(String(payload))),
      );
      const place = subject === undefined ? "" : placeOf(subject).slice(1);
      await page.goto(`${pages}/${role}.html#${place}?token=${await token(role, user)}`);
      return { page, context, problems, frames };
    },
    async playSample(timeoutSeconds, user) {
      const answer = await fetch(`${http}/videos/sample`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${await token("creator", user)}`,
          "content-type": "application/json",
        },
        body: JSON.stringify(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
      });
      if (!answer.ok) throw new Error(`the sample was answered ${answer.status}`);
      return (await answer.json()) as { subject: Subject; executionArn: string };
    },
    async serverMap(channel, user) {
      const client = connect({ url: socket, token: () => token("creator", user), WebSocket });
      try {
        const view = client.channel(channel);
        await new Promise<void>((resolve) => {
          view.follow(() => view.status === "following" && resolve());
        });
        return plainMap(view.items.values());
      } finally {
        client.close();
      }
    },
    stop: () => callboard.close(),
    async start() {
      callboard = await begin();
    },
    async close() {
      await browser.close();
      sfn.destroy();
      await callboard.close();
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** A channel in a page's client. */
export async function pageMap(page: Page, channel: Channel): Promise<Record<string, unknown>> {
  const items = await page.evaluate(
    (name) => [
      ...(
        window as unknown as { callboard: { channel(name: string): { items: Map<string, Item> } } }
      ).callboard
        .channel(name)
        .items.values(),
    ],
    channel,
  );
  return plainMap(items);
}

/** By key; without signed URLs, which differ in each delivery. */
function plainMap(items: Iterable<Item>): Record<string, unknown> {
  const plain = [...items].map(({ key, value, offset, version }) => [
    key,
    {
      value: JSON.parse(JSON.stringify(value, (name, one) => (signed.has(name) ? undefined : one))),
      offset,
      version,
    },
  ]);
  return Object.fromEntries(plain.sort());
}

const signed = new Set(["url", "expiresAt"]);

/** Leads an open page to another subject, as a link within it does. */
export async function lead(page: Page, subject: string): Promise<void> {
  await page.evaluate((hash) => {
    window.location.hash = hash;
  }, placeOf(subject));
}

/** The fragment that leads to a subject. */
const placeOf = (subject: string): string => `#/v/${subject.replace("video/", "")}`;

/** The subject that a page's address names, once it names one. */
export async function subjectOn(page: Page): Promise<Subject> {
  await page.waitForURL(/#\/v\/v_/);
  return `video/${new URL(page.url()).hash.replace("#/v/", "")}`;
}

/** The creator's page with an open question, once it can be answered. */
export async function questionOn(page: Page): Promise<Locator> {
  const question = page.locator('[data-question="open"]');
  await question.waitFor();
  await page.getByRole("radio").first().waitFor();
  return question;
}

/** Selects a candidate, from 0, and returns its title. */
export async function mark(page: Page, index: number): Promise<string> {
  const card = page.locator("[data-candidate]").nth(index);
  await card.getByRole("radio").check();
  return ((await card.locator("strong").textContent()) ?? "").trim();
}

/** Answers the open question with one of its candidates, without undo; returns the title. */
export async function pick(page: Page, index: number): Promise<string> {
  await questionOn(page);
  const title = await mark(page, index);
  await answerOn(page, "Choose this title");
  return title;
}

/** Presses the button of an answer, if necessary in the overflow menu, and sends it at once. */
export async function answerOn(page: Page | Locator, name: string): Promise<void> {
  await pressWay(page, name);
  await page.getByRole("button", { name: "Send now" }).click();
}

/** Presses the button of an answer, which can then be undone. */
export async function pressWay(page: Page | Locator, name: string): Promise<void> {
  const way = page.locator(".answer-ways").getByRole("button", { name, exact: true });
  const more = page.getByRole("button", { name: "More ways" });
  await way.or(more).first().waitFor();
  if (!(await way.isVisible())) await more.click();
  await way.click();
}

/** Opens the other actions on the open question besides answering it. */
export async function amendOn(page: Page, name: "More time" | "Assign it to others"): Promise<void> {
  await page.getByRole("button", { name: "More about this question" }).click();
  await page.getByRole("button", { name, exact: true }).click();
}

/** Writes the comment that goes with the next answer. */
export async function commentOn(page: Page, comment: string): Promise<void> {
  await page.getByRole("button", { name: "Add a comment" }).click();
  await page.getByLabel("Comment (optional)").fill(comment);
}

/** Waits until the run has ended in this state. */
export const executionOn = (page: Page, state: string): Promise<void> =>
  page.locator(`[data-execution="${state}"]`).waitFor();

/** Waits until the workflow has every answer in the creator's inbox; there are `count` of them. */
export async function relayedOn(page: Page, count: number): Promise<void> {
  await page
    .locator('[data-receipt][data-status="relayed"]')
    .nth(count - 1)
    .waitFor({ state: "attached" });
}

/** The titles of the visible candidates. */
export const titlesOn = (page: Page): Promise<string[]> =>
  page.locator("[data-candidate]:visible strong").allInnerTexts();

/** Waits until a page's channel equals the server's. */
export async function sameAsServer(
  stage: StoryStage,
  page: Page,
  channel: Channel,
  user?: string,
): Promise<void> {
  await vi.waitFor(
    async () => {
      const [held, kept] = await Promise.all([pageMap(page, channel), stage.serverMap(channel, user)]);
      expect(held).toEqual(kept);
    },
    { timeout: 15_000, interval: 100 },
  );
}

/** One of the sample's files, for a file input; `name` may be another. */
export async function sampleFile(file: "talk.mp4" | "talk.vtt", name: string = file) {
  const buffer = await readFile(samplePath(file));
  return { name, mimeType: file === "talk.mp4" ? "video/mp4" : "text/vtt", buffer };
}
