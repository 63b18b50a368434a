import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AnswerView, CandidateValue, ReachSettings, RequestValue } from "@callboard/protocol";
import type { Browser, BrowserContext, Page, Route } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openBrowser, openPage } from "./browser.ts";
import { openLook } from "./look-at.ts";
import { type Machine, openMachine } from "./machine.ts";

const token = "v1.eyJrIjoiYW5zd2VyIn0.c2lnbmVk-_x";
const requestId = "req_0123456789";

let machine: Machine;
let browser: Browser;
let pages: string;
let axe: string;
beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  machine = await openMachine();
  await machine.start().up;
  pages = `http://127.0.0.1:${machine.ports.pages}`;
  browser = await openBrowser();
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await machine?.close();
});

const candidate = (id: string, title: string, description?: string): CandidateValue => ({
  ...{ thread: "title", round: 1, by: requestId, id, title },
  ...(description === undefined ? {} : { description }),
});

const two = [
  candidate("left", "A night at the Globe", "What an evening in the theatre by the Thames is like."),
  candidate(
    "right",
    "Right",
    "The other one, with a description that goes on for a while, so that it has to be cut.",
  ),
];

/** The question of a link as a server would show it now. */
function viewOf(request: Partial<RequestValue> = {}, candidates = two): AnswerView {
  const now = Date.now();
  return {
    request: {
      requestId,
      subject: "video/v_1",
      title: "Talk about the Globe",
      thread: "title",
      round: 1,
      maxRounds: 3,
      prompt: "Which title?",
      verbs: ["pick", "edit", "regenerate", "reject"],
      candidates: candidates.map(({ id }) => id),
      assignees: ["user/ana"],
      execution: "run1",
      askedAt: now,
      deadline: now + 3_600_000,
      state: "open",
      ...request,
    },
    candidates: [...candidates],
    as: { id: "ana", name: "Ana" },
    door: "mail",
    serverTime: now,
  };
}

/** Has the HTTP API say something at a path; a test may change it. */
async function serve(context: BrowserContext, path: string, says: { status: number; body: unknown }) {
  const sent: unknown[] = [];
  await context.route(`**${path}`, async (route: Route) => {
    if (route.request().method() === "GET" || route.request().method() === "POST")
      sent.push(route.request().postDataJSON());
    await route.fulfill({
      status: says.status,
      contentType: "application/json",
      headers: { "access-control-allow-origin": "*" },
      body: JSON.stringify(says.body),
    });
  });
  return sent;
}

type Options = Parameters<typeof openPage>[2];

/** Opens a link before a server that shows this. */
async function openLink(view: AnswerView | number, fragment = `#${token}`, options: Options = {}) {
  const { page, context, problems } = await openPage(browser, "about:blank", options);
  const says =
    typeof view === "number" ? { status: view, body: { error: { code: "x" } } } : { status: 200, body: view };
  const sent = await serve(context, "/answers/view", says);
  await page.goto(`${pages}/answer.html${fragment}`);
  await page.locator("h1").waitFor();
  return { page, context, problems, says, sent };
}

it("takes the token out of the address and the history, and opens again when it is loaded anew", async () => {
  const { page, context, problems, sent } = await openLink(viewOf(), `#${token}/right`);
  const asked: string[] = [];
  context.on("request", (request) => asked.push(request.url()));
  expect(new URL(page.url()).hash).toBe("");
  expect(await page.getByRole("radio", { name: "Right" }).isChecked()).toBe(true);
  await page.reload();
  await page.getByRole("heading", { name: "Which title?" }).waitFor();
  expect(await page.getByRole("radio", { name: "Right" }).isChecked()).toBe(true);
  expect(sent).toEqual([{ token }, { token }]);
  expect(asked.filter((url) => url.includes(token.slice(0, 10)))).toEqual([]);
  // Neither a socket nor what signs people in.
  expect(asked.filter((url) => /^ws|issuer|oidc|session/.test(url))).toEqual([]);
  expect(problems).toEqual([]);
  await context.close();
});

it("is answered by the keyboard alone", async () => {
  const { page, context, problems } = await openLink(viewOf());
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

it("says that it needs JavaScript where there is none", async () => {
  const { page, context } = await openPage(browser, `${pages}/answer.html#${token}`, {
    javaScriptEnabled: false,
  });
  expect(await page.locator("noscript").innerText()).toContain("This page needs JavaScript");
  await context.close();
});

it("keeps an answer while there is no network, and sends it again by a press", async () => {
  const { page, context } = await openLink(viewOf(), `#${token}/right`);
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

it("turns mails off by a button, and by nothing else", async () => {
  const { page, context, problems } = await openPage(browser, "about:blank");
  const sent = await serve(context, `/unsubscribe/${token}`, { status: 200, body: {} });
  await page.goto(`${pages}/answer.html#unsubscribe/${token}`);
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

const reply = {
  ...{ replyId: "r0", round: 1, verb: "pick", candidateId: "right", via: "mail" },
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

it.each(["en", "ja"])("has pages for every eye, in every state, in %s", async (lang) => {
  const look = await openLook(axe, { pictures: process.env.CALLBOARD_SCREENSHOTS === "1" });
  const options = { locale: lang === "ja" ? "ja-JP" : "en-GB", reducedMotion: "reduce" } as const;
  const fifty = Array.from({ length: 50 }, (_, n) =>
    candidate(`c${n}`, `Title number ${n + 1}`, "What it is about."),
  );
  const hebrew = { prompt: "איזו כותרת מתאימה יותר להרצאה הזאת?", lang: "he" };
  const states: [string, Parameters<typeof openLink>][] = [
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
    const { page, context, problems } = await openLink(view, fragment, options);
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
  const { page, context } = await openPage(browser, "about:blank", options);
  await serve(context, "/settings", { status: 200, body: settings });
  await page.goto(`${pages}/settings.html`);
  await page.locator("h1").waitFor();
  await seen("settings", page);
  await page.goto(`${pages}/answer.html#unsubscribe/${token}`);
  await page.locator("h1").waitFor();
  await seen("unsubscribe", page);
  await context.close();
  expect(look.findings).toEqual([]);
});
