import type { Browser, BrowserContextOptions, CDPSession } from "playwright-core";

/** A slow connection: 50 KB/s both ways, and 400 ms of latency. */
export const slowLine = { latency: 400, downloadThroughput: 51_200, uploadThroughput: 51_200 } as const;

/** A request of a page before it showed the awaited elements; times in milliseconds from its start. */
interface Asked {
  readonly what: string;
  readonly from: number;
  to: number;
  /** Bytes on the wire, headers included. */
  bytes: number;
}

/** How a page loaded over a slow connection, with an empty browser cache. */
export interface SlowLoad {
  /** First contentful paint, in milliseconds. */
  readonly firstContentMs: number;
  /** Time until all awaited elements were drawn, in milliseconds. */
  readonly shownMs: number;
  /** The sum of all layout shifts until then: https://web.dev/articles/cls */
  readonly shift: number;
  /** What moved in each layout shift, and its score. */
  readonly moved: readonly string[];
  /** Bytes received by then, without sockets. */
  readonly bytes: number;
  readonly asked: readonly Asked[];
  /** The longest chain of requests that each began after the previous one had arrived. */
  readonly rounds: readonly string[];
  readonly problems: readonly string[];
}

interface Watched {
  firstContent: number;
  shown: number;
  shift: number;
  moved: string[];
}

/** https://developer.mozilla.org/en-US/docs/Web/API/LayoutShift */
type Shift = PerformanceEntry & { value: number; sources: { node: Node | null }[] };

/** Loads a page in a browser with an empty cache, until elements of all these selectors are drawn. */
export async function loadOnSlowLine(
  browser: Browser,
  url: string,
  shown: readonly string[],
  options: BrowserContextOptions = {},
): Promise<SlowLoad> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: "reduce",
    locale: "en-GB",
    ...options,
  });
  try {
    const page = await context.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
    });
    // Bundlers that keep the names of functions call this, which no page has.
    await page.addInitScript("globalThis.__name = (one) => one");
    await page.addInitScript(watch, [...shown]);
    const cdp = await context.newCDPSession(page);
    await cdp.send("Network.enable");
    await cdp.send("Network.emulateNetworkConditions", { offline: false, ...slowLine });
    const asked = record(cdp);
    await page.goto(url, { waitUntil: "commit" });
    await page.waitForFunction(
      () => {
        const { shown, firstContent } = (globalThis as unknown as { watched: Watched }).watched;
        return shown > 0 && firstContent > 0;
      },
      null,
      { timeout: 60_000, polling: 100 },
    );
    const watched = await page.evaluate(() => (globalThis as unknown as { watched: Watched }).watched);
    const before = asked().filter(({ from }) => from < watched.shown);
    return {
      firstContentMs: watched.firstContent,
      shownMs: watched.shown,
      shift: watched.shift,
      moved: watched.moved,
      bytes: before.reduce((all, { bytes }) => all + bytes, 0),
      asked: before,
      rounds: longestRow(before.filter(({ to }) => to <= watched.shown)),
      problems,
    };
  } finally {
    await context.close();
  }
}

/** Runs in the page, before anything of its own. */
function watch(selectors: string[]): void {
  const watched: Watched = { firstContent: 0, shown: 0, shift: 0, moved: [] };
  Object.assign(globalThis, { watched });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntriesByName("first-contentful-paint"))
      watched.firstContent = entry.startTime;
  }).observe({ type: "paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries() as Shift[]) {
      watched.shift += value;
      const names = sources.map(({ node }) => `${node?.nodeName}.${node?.parentElement?.className}`);
      watched.moved.push(`${value.toFixed(4)} ${names.join()}`);
    }
  }).observe({ type: "layout-shift", buffered: true });
  const isDrawn = (selector: string) =>
    [...document.querySelectorAll(selector)].some((one) => one.getClientRects().length > 0);
  const look = () => {
    if (!selectors.every(isDrawn)) return void requestAnimationFrame(look);
    watched.shown = performance.now();
  };
  // The content of frames is not counted.
  if (window.top === window) requestAnimationFrame(look);
}

/** Follows the requests of a page. */
function record(cdp: CDPSession): () => Asked[] {
  let start = 0;
  const all = new Map<string, Asked>();
  const at = (timestamp: number) => Math.round((timestamp - start) * 1000);
  const nameOf = (url: string) => new URL(url).pathname.replace(/^\/assets\//, "");
  cdp.on("Network.requestWillBeSent", ({ requestId, request, timestamp }) => {
    start ||= timestamp;
    all.set(requestId, { what: nameOf(request.url), from: at(timestamp), to: Infinity, bytes: 0 });
  });
  cdp.on("Network.loadingFinished", ({ requestId, timestamp, encodedDataLength }) => {
    const one = all.get(requestId);
    if (one) Object.assign(one, { to: at(timestamp), bytes: encodedDataLength });
  });
  cdp.on("Network.webSocketWillSendHandshakeRequest", ({ requestId, timestamp }) => {
    all.set(requestId, { what: "socket opens", from: at(timestamp), to: Infinity, bytes: 0 });
  });
  cdp.on("Network.webSocketHandshakeResponseReceived", ({ requestId, timestamp }) => {
    const one = all.get(requestId);
    if (one) one.to = at(timestamp);
  });
  cdp.on("Network.webSocketFrameSent", ({ timestamp, response }) => {
    const { id, type } = JSON.parse(response.payloadData) as { id: string; type: string };
    // The first time counts: a repetition costs another round trip.
    const key = all.has(`message ${id}`) ? `again ${id}` : `message ${id}`;
    all.set(key, { what: `${type} ${id}`, from: at(timestamp), to: Infinity, bytes: 0 });
  });
  cdp.on("Network.webSocketFrameReceived", ({ timestamp, response }) => {
    const one = all.get(`message ${(JSON.parse(response.payloadData) as { re?: string }).re}`);
    if (one && one.to === Infinity) one.to = at(timestamp);
  });
  return () => [...all.values()];
}

function longestRow(asked: readonly Asked[]): string[] {
  const rows = new Map<Asked, string[]>();
  let longest: string[] = [];
  for (const one of [...asked].sort((a, b) => a.to - b.to)) {
    let before: string[] = [];
    for (const [other, row] of rows) if (other.to <= one.from && row.length > before.length) before = row;
    const row = [...before, one.what];
    rows.set(one, row);
    if (row.length > longest.length) longest = row;
  }
  return longest;
}

/** Each request with its times, one a line, for reports. */
export const waterfall = ({ asked }: Pick<SlowLoad, "asked">): string =>
  [...asked]
    .sort((a, b) => a.from - b.from)
    .map(
      ({ what, from, to, bytes }) =>
        `${String(from).padStart(6)} – ${String(to).padStart(6)} ms ${String(bytes).padStart(7)} B  ${what}`,
    )
    .join("\n");
