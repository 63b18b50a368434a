import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { openBrowser, openPage } from "../e2e/browser.ts";
import { countConnections, openExample, pick, type Served, serve, startOrder, titles } from "./example.ts";

const { pages } = inject("callboard");

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

describe("examples/next", () => {
  let served: Served;
  let counted: Awaited<ReturnType<typeof countConnections>>;
  beforeAll(async () => {
    counted = await countConnections();
    const project = await openExample("next");
    await project.type("npm run build", {
      NEXT_PUBLIC_CALLBOARD_PAGES: pages,
      NEXT_PUBLIC_CALLBOARD_SOCKET: counted.url,
      NEXT_TELEMETRY_DISABLED: "1",
    });
    served = await serve(project, "npx next start --hostname 127.0.0.1 --port");
  }, 120_000);
  afterAll(async () => {
    await served?.stop();
    await counted?.stop();
  });

  it("renders an order on the server without data and without a connection", async () => {
    const html = await (await fetch(`${served.url}/orders/next`)).text();
    expect(html).toMatch(/<main aria-busy="true"><h1>Order (<!-- -->)?next<\/h1><ol><\/ol>/);
    expect(counted.count()).toBe(0);
  });

  it("continues in the browser over one connection for all hooks, and sends an answer to the workflow", async () => {
    const order = await startOrder("next", { verbs: ["pick"], candidates: titles });
    const { page, problems } = await openPage(browser, `${served.url}/orders/next`);
    await pick(page);
    expect(counted.count()).toBe(1);
    expect(await order.answer()).toMatchObject({ status: "SUCCEEDED", verb: "pick", candidateId: "bag" });
    // React does not report that the browser's first state differs from the server's.
    expect(problems).toEqual([]);
    await page.close();
  });
});
