import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openBrowser, openPage } from "./browser.ts";
import { openLook } from "./look-at.ts";
import { type Machine, openMachine } from "./machine.ts";

let machine: Machine;
let browser: Browser;
let mailbox: string;
beforeAll(async () => {
  machine = await openMachine();
  await machine.start().up;
  mailbox = `http://127.0.0.1:${machine.ports.pages}/mail.html`;
  browser = await openBrowser();
  const files = [{ FileName: "order.pdf", RawContent: Buffer.alloc(2048).toString("base64") }];
  await send("ana@example.com", "Order 7", { Text: { Data: "It is packed." } }, files);
  const html = `<h2>Order 8</h2><p>Is it paid?</p><script>document.body.textContent = "a script ran"</script>`;
  await send("bob@example.com", "Order 8", { Text: { Data: "Is it paid?" }, Html: { Data: html } });
}, 90_000);
/** Sends a mail in SES's form. */
async function send(to: string, subject: string, Body: object, Attachments: object[] = []) {
  const { status } = await fetch(`http://127.0.0.1:${machine.ports.aws}/v2/email/outbound-emails`, {
    method: "POST",
    headers: { authorization: "AWS4-HMAC-SHA256 Credential=callboard" },
    body: JSON.stringify({
      FromEmailAddress: "Desk <desk@example.com>",
      Destination: { ToAddresses: [to] },
      Content: { Simple: { Subject: { Data: subject }, Body, Attachments } },
    }),
  });
  expect(status).toBe(200);
}
afterAll(async () => {
  await browser?.close();
  await machine?.close();
});

it("shows the mails of this machine, and runs nothing in them", async () => {
  const { page, context, problems } = await openPage(browser, mailbox);
  const mail = page.frameLocator("iframe");
  await mail.getByRole("heading", { name: "Order 8" }).waitFor();
  expect(await mail.getByText("a script ran").count()).toBe(0);
  await page.getByRole("button", { name: /ana@example.com/ }).click();
  await page.getByText("It is packed.").waitFor();
  const coming = page.waitForEvent("download");
  await page.getByRole("link", { name: /order.pdf/ }).click();
  expect((await coming).suggestedFilename()).toBe("order.pdf");
  // The browser reports that it has blocked the script.
  expect(problems.filter((line) => !/script/i.test(line))).toEqual([]);
  await context.close();
});

it("goes from the list to a mail and back by the keyboard, if there is no room for both", async () => {
  const { page, context } = await openPage(browser, mailbox, { viewport: { width: 360, height: 800 } });
  await page.getByRole("button", { name: /ana@example.com/ }).press("Enter");
  await page.getByText("It is packed.").waitFor();
  await page.locator("main:focus").waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: /ana@example.com/ }).waitFor();
  await page.locator("main:focus").waitFor();
  await context.close();
});

it.each(["en", "ja"])("has an accessible mailbox in %s", async (lang) => {
  const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  const look = await openLook(axe, { pictures: process.env.CALLBOARD_SCREENSHOTS === "1" });
  const locale = lang === "ja" ? "ja-JP" : "en-GB";
  const { page, context } = await openPage(browser, mailbox, { locale });
  await page.frameLocator("iframe").getByRole("heading", { name: "Order 8" }).waitFor();
  await look(`mailbox-html-${lang}`, page);
  await page.getByRole("button", { name: /ana@example.com/ }).click();
  await page.getByText("It is packed.").waitFor();
  await look(`mailbox-text-${lang}`, page);
  await context.close();
  expect(look.findings).toEqual([]);
});
