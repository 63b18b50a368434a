import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { thisRoot as root } from "../../scripts/bundle.ts";
import { startAsking } from "./asking.ts";
import { openBrowser } from "./browser.ts";
import { type Look, openLook } from "./look-at.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
let browser: Browser;
let look: Look;
let server: Server;
let origin: string;
let readme: { html: string; js: string };
let isSignedIn = true;

/** A page of another site, whose policy allows the script and the socket, and nothing inline. */
const pageOf = (
  body: string,
  dir: string,
) => `<!doctype html><html lang="en" dir="${dir}"><meta charset="utf-8">
  <meta name="viewport" content="width=device-width"><title>Shop</title><link rel="stylesheet" href="/page.css">
  <script src="${stage.callboard.addresses.pages}/callboard-question.js" defer></script>
  <script src="${stage.callboard.addresses.pages}/callboard-question.js" defer></script>
  <main><h1>Order</h1>${body}</main></html>`;
const css = `html { color-scheme: light dark; background: Canvas; color: CanvasText; }
  body { margin: 8px; } h2, label, button, p { color: maroon; font-size: 40px; }
  callboard-question::part(button verb-reject) { border-style: dashed; }`;

/** The examples in the client's README, for the addresses of this stage. */
async function readmeExamples(): Promise<{ html: string; js: string }> {
  const readme = await readFile(join(root, "packages/client/README.md"), "utf8");
  const [section = ""] = /\n## An element\n.*?(?=\n## )/s.exec(readme) ?? [];
  const { pages, socket } = stage.callboard.addresses;
  const here = (text = "") =>
    text.replaceAll("http://127.0.0.1:3000", pages).replaceAll("ws://127.0.0.1:3001/", socket);
  const stdin = {
    contents: here(/```js\n(.*?)```/s.exec(section)?.[1]),
    resolveDir: join(root, "tests"),
  };
  const built = await build({ stdin, bundle: true, write: false, format: "iife", logLevel: "silent" });
  return { html: here(/```html\n(.*?)```/s.exec(section)?.[1]), js: built.outputFiles[0]!.text };
}

beforeAll(async () => {
  const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  look = await openLook(axe, { pictures: process.env.CALLBOARD_SCREENSHOTS === "1" });
  [stage, browser] = await Promise.all([openStage(), openBrowser()]);
  readme = await readmeExamples();
  const { pages, socket } = stage.callboard.addresses;
  server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, "http://shop");
    if (pathname === "/page.css") return response.setHeader("content-type", "text/css").end(css);
    if (pathname === "/my/token")
      return isSignedIn
        ? response.end(JSON.stringify({ token: await stage.token("ana", "creator") }))
        : response.writeHead(401).end();
    response.setHeader("content-type", "text/html");
    if (pathname === "/readme-html") return response.end(readme.html);
    if (pathname === "/readme-js")
      return response.end(`<body></body><script>${readme.js.replaceAll("</script", "<\\/script")}</script>`);
    response.setHeader(
      "content-security-policy",
      `default-src 'none'; script-src ${pages}; style-src 'self'; connect-src 'self' ${socket} ${pages}; require-trusted-types-for 'script'; trusted-types 'none'`,
    );
    const attributes = searchParams.get("attributes") ?? 'token-url="/my/token"';
    response.end(
      pageOf(
        `<callboard-question socket="${socket}" ${attributes}></callboard-question>`,
        searchParams.get("dir") ?? "ltr",
      ),
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  origin = `http://shop.localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
  await stage?.close();
});

async function open(path: string): Promise<{ page: Page; problems: string[] }> {
  const context = await browser.newContext({
    viewport: { width: 768, height: 900 },
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", ({ message }) => problems.push(message));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await page.goto(origin + path);
  return { page, problems };
}

/** A page whose element shows what is asked about one subject. */
const about = (subject: string, dir = "ltr"): string =>
  `/?${new URLSearchParams({ dir, attributes: `token-url="/my/token" subject="${subject}"` })}`;

const schema = {
  type: "object",
  required: ["address", "weight", "sizes", "express"],
  properties: {
    address: { type: "string", minLength: 3, title: "Where to?", description: "Street and town." },
    weight: { type: "number", minimum: 0.1, title: "Weight in kg" },
    sizes: { type: "array", minItems: 1, items: { enum: ["Small", "Medium", "Large"] }, title: "Sizes" },
    express: { type: "boolean", title: "Express?" },
    notes: { type: "array", items: { type: "string", maxLength: 400 }, title: "Notes" },
    extra: { not: { type: "string" } },
  },
};

it("answers by keyboard from a page of another origin, under a policy that allows nothing inline", async () => {
  const { page, problems } = await open("/");
  await page.getByText("There are no questions for you now.").waitFor();
  const asked = startAsking(stage.aws, "choosing", ["order/1"], {
    prompt: "Which title for the <b>cover</b>?",
    verbs: ["pick", "edit", "reject"],
    candidates: [
      {
        id: "a",
        title: "A night at the Globe",
        description: "Short, and says where it is.",
        source: "Claude",
      },
      { id: "b", title: "ليلة في المسرح", description: "بالعربية", lang: "ar" },
    ],
    assignees: ["user/ana"],
  });
  await page.getByRole("heading", { name: "Which title for the <b>cover</b>?" }).waitFor();
  const font = await page.locator("[part=prompt]").evaluate((one) => getComputedStyle(one).fontSize);
  const dashed = await page
    .getByRole("button", { name: "Reject" })
    .evaluate((one) => getComputedStyle(one).borderTopStyle);
  expect([font, dashed]).toEqual(["20px", "dashed"]);
  await look("element with candidates", page);
  // A page that is light stays light, whatever the machine prefers.
  await page.emulateMedia({ colorScheme: "dark" });
  const back = () => page.locator("[part=question]").evaluate((one) => getComputedStyle(one).backgroundColor);
  expect(await back()).toBe("rgb(22, 25, 29)");
  await page.evaluate(() => Object.assign(document.documentElement.style, { colorScheme: "light" }));
  expect(await back()).toBe("rgb(255, 255, 255)");
  await page.locator("callboard-question").evaluate((one) => (one as HTMLElement).focus());
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  expect(await page.locator("#own").inputValue()).toBe("ليلة في المسرح");
  await page.keyboard.press("Tab");
  await page.keyboard.type("For Monday");
  await page.reload();
  await page.getByRole("heading", { name: "Which title" }).waitFor();
  expect(await page.locator("#comment").inputValue()).toBe("For Monday");
  await page.locator("#comment").focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByText("The workflow has your answer.").waitFor();
  expect(
    await page.evaluate(() => document.querySelector("callboard-question")!.shadowRoot!.activeElement?.id),
  ).toBe("outcome");
  await look("element answered", page);
  await asked;
  expect([look.findings, problems]).toEqual([[], []]);
  await page.context().close();
});

it("is served to pages of other origins as a script that browsers ask for again", async () => {
  const served = await fetch(`${stage.callboard.addresses.pages}/callboard-question.js`);
  expect(Object.fromEntries(served.headers)).toMatchObject({
    "content-type": "text/javascript; charset=utf-8",
    "cache-control": "no-cache",
    "x-content-type-options": "nosniff",
  });
  expect(await served.text()).toMatch(/^"use strict";\(\(\)=>\{/);
});

it("draws a form from a schema, says what is wrong at its field, and sends it", async () => {
  const [arn] = await startAsking(stage.aws, "filling", ["order/2"], {
    prompt: "How shall it be sent?",
    verbs: ["answer", "reject"],
    candidates: [],
    schema,
    assignees: ["user/ana"],
  });
  expect(arn).toContain("filling");
  const { page, problems } = await open(about("order/2"));
  await page.getByRole("heading", { name: "How shall it be sent?" }).waitFor();
  await page.getByRole("button", { name: "Send the answer" }).click();
  await page.getByText("Some fields need to be corrected.").waitFor();
  expect(
    await page.evaluate(
      () => document.querySelector("callboard-question")!.shadowRoot!.activeElement?.localName,
    ),
  ).toBe("input");
  await page.getByRole("button", { name: "Add: Notes" }).click();
  await look("element with a form", page);
  await page.getByLabel("Where to?").fill("Main Street 1");
  await page.getByLabel("Weight in kg").fill("2.5");
  await page.getByLabel("Medium").check();
  await page.getByLabel("Express?").selectOption("Yes");
  await page.getByRole("textbox", { name: "Notes 1" }).fill("Ring twice");
  await page.getByLabel("Where to?").press("Enter");
  await page.getByText("The workflow has your answer.").waitFor();
  expect([look.findings, problems]).toEqual([[], []]);
  await page.context().close();
});

it("is right-to-left if the page is", async () => {
  await startAsking(stage.aws, "rtl", ["order/3"], {
    prompt: "איזו כותרת?",
    verbs: ["pick", "reject"],
    assignees: ["user/ana"],
    timeoutSeconds: 600,
  });
  const { page, problems } = await open(about("order/3", "rtl"));
  await page.getByRole("heading", { name: "איזו כותרת?" }).waitFor();
  const [radio, title] = await Promise.all(
    ["input[type=radio]", "[part=candidate-title]"].map((one) => page.locator(one).first().boundingBox()),
  );
  expect(radio!.x).toBeGreaterThan(title!.x);
  await page.setViewportSize({ width: 1280, height: 900 });
  await look("element from right to left", page);
  await page.getByRole("button", { name: "Reject" }).click();
  await page.getByText("The workflow has your answer.").waitFor();
  expect([look.findings, problems]).toEqual([[], []]);
  await page.context().close();
});

it("says in plain words that somebody is not signed in, and that an address of another origin hides its answer", async () => {
  isSignedIn = false;
  const { page } = await open("/");
  await page.getByText("You are not signed in: the token's address refused the request.").waitFor();
  isSignedIn = true;
  const { aws } = stage.callboard.addresses;
  const foreign = await open(`/?attributes=${encodeURIComponent(`token-url="${aws}/"`)}`);
  await foreign.page.getByText(`Access-Control-Allow-Origin: ${origin}`).waitFor();
  await Promise.all([page.context().close(), foreign.page.context().close()]);
});

it.each(["html", "js"])("answers on the page that the README shows in %s", async (how) => {
  const { page, problems } = await open(`/readme-${how}`);
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  await page.getByText("There are no questions for you now.").waitFor();
  await startAsking(stage.aws, `readme-${how}`, [`readme/${how}`], {
    prompt: `As in ${how}?`,
    verbs: ["approve"],
    candidates: [],
    assignees: ["user/ana"],
    timeoutSeconds: 200,
  });
  await page.getByRole("heading", { name: `As in ${how}?` }).waitFor();
  await page.getByRole("button", { name: "Approve" }).click();
  await page.getByText("The workflow has your answer.").waitFor();
  if (how === "js") expect(said).toEqual([expect.stringMatching(/^req_\w+ (answered|relayed)$/)]);
  expect(problems).toEqual([]);
  await page.context().close();
});
