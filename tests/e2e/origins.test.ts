import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { credentials, region } from "@callboard/dev";
import { UPLOADS_AN_HOUR } from "@callboard/video/api";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openBrowser } from "./browser.ts";
import { openStage, type Stage } from "./stage.ts";

/** Pages of another application on this machine: other origins than that of Callboard's pages, and of its APIs. */
let app: Server;
let appUrl: string;
let browser: Browser;
let open: Stage;
let strict: Stage;
beforeAll(async () => {
  app = createServer((_, response) =>
    response.setHeader("content-type", "text/html").end("<!doctype html><title>App</title>"),
  );
  await new Promise<void>((listening) => app.listen(0, "127.0.0.1", listening));
  appUrl = `http://app.localhost:${(app.address() as AddressInfo).port}`;
  [browser, open, strict] = await Promise.all([
    openBrowser(),
    openStage(),
    openStage({}, { origins: [appUrl] }),
  ]);
});
afterAll(async () => {
  await browser.close();
  await open.close();
  await strict.close();
  app.close();
});

interface Call {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly retryAfter: string | null;
}

async function pageAt(url: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(url);
  return page;
}

/** The result of a call by a page's own script, or that the browser blocks it. */
const call = (page: Page, { url, ...init }: Call): Promise<Answer | "blocked"> =>
  page.evaluate(
    async ([address, options]) => {
      try {
        const response = await fetch(address, options);
        const text = await response.text();
        const retryAfter = response.headers.get("retry-after");
        return { status: response.status, body: text === "" ? undefined : JSON.parse(text), retryAfter };
      } catch {
        return "blocked" as const;
      }
    },
    [url, init] as const,
  );

async function calls(stage: Stage, page: Page, user = "ana") {
  const token = await stage.token(user, "creator");
  const { http } = stage.callboard.addresses;
  return (method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
    call(page, {
      url: http + path,
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body ? { "content-type": "application/json" } : {}),
        ...headers,
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
}

/** How many videos were prepared. */
async function prepared({ callboard }: Stage): Promise<number> {
  const s3 = new S3Client({ region, credentials, endpoint: callboard.addresses.aws, forcePathStyle: true });
  const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket: "callboard", Prefix: "videos/of/" }));
  s3.destroy();
  return KeyCount!;
}

const captions = { files: [{ name: "a.vtt", size: 6 }] };

it("allows another application's page to list, prepare, upload and start, and to read refusals", async () => {
  const page = await pageAt(appUrl);
  for (const stage of [open, strict]) {
    const send = await calls(stage, page);
    expect(await send("GET", "/requests")).toMatchObject({ status: 200, body: { requests: [] } });
    const prepared = (await send("POST", "/videos", captions)) as Answer;
    const { videoId, uploads } = prepared.body as {
      videoId: string;
      uploads: { url: string; headers: Record<string, string> }[];
    };
    expect(await send("POST", `/videos/${videoId}/start`, {})).toMatchObject({
      status: 409,
      body: { error: { code: "nothing_uploaded" } },
    });
    expect(await call(page, { ...uploads[0]!, method: "PUT", body: "WEBVTT" })).toMatchObject({
      status: 200,
    });
    expect(await send("POST", `/videos/${videoId}/start`, {})).toMatchObject({ status: 200 });
    expect(await send("GET", "/nothing/here")).toMatchObject({
      status: 404,
      body: { error: { code: "not_found" } },
    });
  }
  await page.close();
});

it("gives another application's page a token of this machine, also when it asks with a header of its own", async () => {
  const page = await pageAt(appUrl);
  const url = `${strict.callboard.addresses.pages}/dev/token?user=ana&role=creator`;
  for (const headers of [{}, { "x-requested-with": "app" }])
    expect(await call(page, { url, headers })).toMatchObject({
      status: 200,
      body: { token: expect.stringMatching(/^ey/) },
    });
  await page.close();
});

it("tells the page how long to wait, in a header that it may read", async () => {
  const page = await pageAt(appUrl);
  const send = await calls(open, page, "flo");
  for (let n = 0; n < UPLOADS_AN_HOUR; n++) await send("POST", "/videos", captions);
  const refused = (await send("POST", "/videos", captions)) as Answer;
  expect([refused.status, Number(refused.retryAfter) > 3000]).toEqual([429, true]);
  await page.close();
});

it("blocks methods and headers that are not configured, before anything is done", async () => {
  const page = await pageAt(appUrl);
  const send = await calls(open, page);
  expect(await send("DELETE", "/videos")).toBe("blocked");
  expect(await send("GET", "/videos", undefined, { "x-custom": "1" })).toBe("blocked");
  await page.close();
});

it("answers an invalid token as the gateway itself does, so that a page can read nothing", async () => {
  const page = await pageAt(appUrl);
  const url = `${open.callboard.addresses.http}/requests`;
  expect(await call(page, { url, headers: { authorization: "Bearer nobody" } })).toBe("blocked");
  await page.close();
});

it("blocks reading and sending by pages of origins that are not named", async () => {
  const page = await pageAt(strict.callboard.addresses.pages);
  const send = await calls(strict, page, "eve");
  const before = await prepared(strict);
  expect(await send("GET", "/videos")).toBe("blocked");
  expect(await send("POST", "/videos", captions)).toBe("blocked");
  expect(await prepared(strict)).toBe(before);
  await page.close();
});

it("blocks calls of Callboard's pages to other servers, and frames of them in other sites", async () => {
  const { pages, http } = open.callboard.addresses;
  const page = await pageAt(pages);
  expect(await call(page, { url: appUrl })).toBe("blocked");
  // Without a token the gateway refuses it: the page may call, and not read.
  const violations = await page.evaluate(
    async (address) => {
      const found: string[] = [];
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) =>
        found.push(effectiveDirective),
      );
      await fetch(`${address.app}/`).catch(() => {});
      await fetch(`${address.http}/requests`).catch(() => {});
      return found;
    },
    { app: appUrl, http },
  );
  expect(violations).toEqual(["connect-src"]);
  await page.close();
  const framing = await pageAt(appUrl);
  const shown = await framing.evaluate(
    (address) =>
      new Promise<boolean>((resolve) => {
        const frame = document.createElement("iframe");
        frame.src = address;
        frame.onload = () => {
          try {
            // The browser's own page in place of one that may not be framed has no origin.
            resolve(frame.contentDocument !== null);
          } catch {
            resolve(false);
          }
        };
        document.body.append(frame);
      }),
    `${pages}/`,
  );
  const frame = framing.frames().find((one) => one !== framing.mainFrame());
  expect([shown, frame?.url()]).toEqual([false, "chrome-error://chromewebdata/"]);
  await framing.close();
});
