import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { ReachSettings } from "@callboard/protocol";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openPage } from "./browser.ts";
import { candidate, type LinkStage, openLinkStage, serve, token, viewOf } from "./link-stage.ts";
import { openLook } from "./look-at.ts";

let stage: LinkStage;
let axe: string;
beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  stage = await openLinkStage();
}, 90_000);
afterAll(() => stage?.close());

const reply = {
  ...({ replyId: "r0", round: 1, verb: "pick", candidateId: "right", via: "mail" } as const),
  by: { id: "bob", name: "Bob" },
  at: Date.now() - 120_000,
} as const;

const schema = {
  type: "object",
  title: "The release",
  required: ["when", "why"],
  properties: {
    when: { type: "string", format: "date", title: "When" },
    why: { type: "string", title: "Why", maxLength: 400 },
    loud: { type: "boolean", title: "Tell everybody" },
  },
};

const settings: ReachSettings = {
  mail: { on: true, address: "ana@home.example", state: "unconfirmed", paused: { reason: "bounced", at: 1 } },
  webhook: {
    on: true,
    url: "https://hooks.example.com/services/T000/B000",
    secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  },
  lang: "ja",
  zone: "Asia/Tokyo",
  quiet: { from: "22:00", to: "07:00" },
};

it.each(["en", "ja"])("is accessible in every state, in %s", async (lang) => {
  const look = await openLook(axe, { pictures: process.env.CALLBOARD_SCREENSHOTS === "1" });
  const options = { locale: lang === "ja" ? "ja-JP" : "en-GB", reducedMotion: "reduce" } as const;
  const fifty = Array.from({ length: 50 }, (_, n) =>
    candidate(`c${n}`, `Title number ${n + 1}`, "What it is about."),
  );
  const hebrew = { prompt: "איזו כותרת מתאימה יותר להרצאה הזאת?", lang: "he" };
  const states: [string, Parameters<LinkStage["openLink"]>][] = [
    ["open", [viewOf(), `#${token}/right`]],
    ["fifty", [viewOf({}, fifty), `#${token}/c30`]],
    ["form", [viewOf({ verbs: ["answer", "reject"], candidates: [], schema }, [])]],
    ["rtl", [viewOf(hebrew)]],
    ["answered", [viewOf({ state: "relayed", reply })]],
    ["expired", [viewOf({ state: "expired" })]],
    ["ended", [401]],
    ["others", [403]],
    ["silent", [503]],
    ["bad-token", [404, "#short"]],
  ];
  const keep = async (state: string, page: Page) => {
    if (process.env.CALLBOARD_SCREENSHOTS === "1")
      for (const width of [360, 768, 1440]) {
        await page.setViewportSize({ width, height: 900 });
        const path = `${import.meta.dirname}/screenshots/answer-${state}-${lang}-${width}.png`;
        await page.screenshot({ path, fullPage: state !== "fifty" });
      }
  };
  const seen = async (state: string, page: Page) => {
    await keep(state, page);
    await page.setViewportSize({ width: 1280, height: 900 });
    await look(`answer-${state}-${lang}`, page);
  };
  for (const [state, [view, fragment]] of states) {
    const { page, context, problems } = await stage.openLink(view, fragment, options);
    await seen(state, page);
    if (state === "open") {
      await context.setOffline(true);
      await page.locator("[data-verb=pick]").click();
      await page.locator('[data-tone="pending"]').waitFor();
      await seen("offline", page);
      await page.emulateMedia({ forcedColors: "active" });
      await keep("forced", page);
    }
    // A browser says itself that a server has refused something.
    expect(problems.filter((line) => !/Failed to load resource/.test(line))).toEqual([]);
    await context.close();
  }
  const { page, context } = await openPage(stage.browser, "about:blank", options);
  await serve(context, "/settings", { status: 200, body: settings });
  await page.goto(`${stage.pages}/settings.html`);
  await page.getByRole("button", { name: /new secret|新しいシークレット/ }).click();
  await page.locator(".settings-secret").waitFor();
  await seen("settings", page);
  await page.goto(`${stage.pages}/answer.html#unsubscribe/${token}`);
  await page.locator("h1").waitFor();
  await seen("unsubscribe", page);
  await context.close();
  expect(look.findings).toEqual([]);
});
