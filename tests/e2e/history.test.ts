import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { awsAt } from "./aws.ts";
import { type Look, openLook } from "./look-at.ts";
import { eventually } from "./people.ts";
import {
  answerOn,
  commentOn,
  mark,
  openStory,
  questionOn,
  relayedOn,
  type StoryStage,
} from "./story-stage.ts";

let stage: StoryStage;
let look: Look;
beforeAll(async () => {
  const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  [stage, look] = await Promise.all([
    openStory(),
    openLook(axe, { pictures: process.env.CALLBOARD_SCREENSHOTS === "1" }),
  ]);
});
afterAll(() => stage?.close());

/** A change of colour takes its time, and would be measured half-way. */
const still = { reducedMotion: "reduce" } as const;

const linesOn = (page: Page) => page.locator(".history-entries > li").allInnerTexts();

it("shows owners, and nobody else, a timeline of what was reported, asked and answered", async () => {
  const { subject } = await stage.playSample();
  const { page, problems } = await stage.visit({ role: "creator", subject, context: still });
  await questionOn(page);
  const title = await mark(page, 0);
  await commentOn(page, "Short and true");
  await answerOn(page, "Choose this title");
  await relayedOn(page, 1);
  await page.locator('[data-step="finish"][data-state="succeeded"]').waitFor();

  // With only the keyboard.
  await page.getByRole("button", { name: "Show what happened" }).focus();
  await page.keyboard.press("Enter");
  const list = page.locator(".history-entries");
  await list.waitFor();
  const lines = await eventually(
    () => linesOn(page),
    (all) => all.some((line) => line.includes("As a whole: done.")),
  );
  const text = lines.join("\n");
  const inOrder = [
    "As a whole: done.",
    "The workflow has the answer.",
    `You chose “${title}”.`,
    "It was asked:",
  ];
  const places = inOrder.map((one) => text.indexOf(one));
  expect([...places].sort((a, b) => a - b)).toEqual(places);
  expect(places).not.toContain(-1);
  expect(text).toContain("“Short and true”");
  // A producer's text may have no spaces to break at.
  const wide = { message: "m".repeat(300), cause: `https://${"c".repeat(4000)}` };
  const failed = { subject, step: "publish", state: "failed", at: Date.now(), ...wide };
  await awsAt(stage.callboard.addresses.aws).put("Progress Reported", [failed]);
  // Without any press: an open history follows its subject.
  await eventually(
    () => linesOn(page),
    ([first]) => first!.includes("Publish: failed."),
  );
  await look("a history", page);

  const http = stage.callboard.addresses.http;
  const read = async (role: "creator" | "viewer", query = "") => {
    const headers = { authorization: `Bearer ${await stage.token(role)}` };
    return fetch(`${http}/history?subject=${subject}${query}`, { headers });
  };
  expect((await read("viewer")).status).toBe(403);
  const all = (await (await read("creator", "&limit=100")).json()) as { entries: { id: string }[] };
  const paged: string[] = [];
  for (let next: string | undefined = ""; next !== undefined; ) {
    const page = (await (await read("creator", `&limit=3${next && `&before=${next}`}`)).json()) as {
      entries: { id: string }[];
      next?: string;
    };
    paged.push(...page.entries.map(({ id }) => id));
    next = page.next;
  }
  expect(paged).toEqual(all.entries.map(({ id }) => id));
  expect(problems).toEqual([]);
  expect(look.findings).toEqual([]);
});

it.each(["en-GB", "ja-JP"])("shows a live video and its facts accessibly in %s", async (locale) => {
  const subject = `video/live-${locale}`;
  const aws = awsAt(stage.callboard.addresses.aws);
  const now = Date.now();
  await aws.put("Progress Reported", [{ subject, step: "transcribe", state: "started", at: now }]);
  const player = {
    player: "Maximiliana-von-und-zu",
    points: 12_000,
    accuracy: 0.00042,
    team: "Reds",
    since: 2026,
  };
  const facts = [
    { name: "live", value: { live: true, since: now } },
    { name: "views", value: 7 },
    { name: "board", label: "Leaderboard", value: Array.from({ length: 21 }, () => player) },
    { name: "tags", value: ["queues", "x".repeat(200)] },
    { name: "address", value: `https://example.com/${"very-long/".repeat(40)}` },
    { name: "hostile", label: "\u202e<img src=x onerror=alert(1)>", value: "<script>alert(1)</script>" },
    { name: "nothing", value: [] },
  ];
  await aws.put("Facts Set", [{ subject, at: now, visibility: "everyone", facts }]);
  const { page, problems } = await stage.visit({ role: "viewer", subject, context: { ...still, locale } });
  await page.locator('[data-live="true"] [data-views="7"]').waitFor();
  await page.locator(".facts").waitFor();
  const looked = look.findings.length;
  await look(`facts ${locale}`, page);
  expect(look.findings.slice(looked)).toEqual([]);
  expect(problems).toEqual([]);
});
