import type { AvatarValue, Channel, RequestList, RequestView } from "@callboard/protocol";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openBrowser, openPage } from "./browser.ts";
import { eventually, until } from "./people.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
let browser: Browser;
beforeAll(async () => {
  [stage, browser] = await Promise.all([openStage(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

const japanese = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;

/** Sends a request to the HTTP API, and returns its answer. */
async function call<T>(user: string, method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${stage.callboard.gateway.port}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${await stage.token(user, "creator")}`,
      ...(body ? { "content-type": "application/json" } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!response.ok) throw new Error(`${path} was answered ${response.status}`);
  return (await response.json()) as T;
}

/** The question to a person in a round. */
async function questionOf(user: string, round = 1): Promise<RequestView> {
  const { requests } = await eventually(
    () => call<RequestList>(user, "GET", "/requests"),
    (list) => list.requests.some((request) => request.round === round),
  );
  return call(user, "GET", `/requests/${requests.find((request) => request.round === round)!.requestId}`);
}

const answer = (user: string, { request: { requestId, round } }: RequestView, said: object) =>
  call(user, "POST", `/requests/${requestId}/replies`, { replyId: `${user}-${round}`, round, ...said });

it("asks about the Japanese sample in Japanese, and draws a picture with the chosen title's letters", async () => {
  const { subject } = await call<{ subject: string }>("hana", "POST", "/videos/sample", { lang: "ja" });
  const first = await questionOf("hana");
  expect(first.request).toMatchObject({
    lang: "ja",
    title: "講演.mp4",
    prompt: "この動画のタイトルはどれにしますか？",
    labels: { pick: "このタイトルにする", regenerate: "別の案を頼む" },
  });
  const sources = [...new Set(first.candidates.map(({ id }) => id.split("-")[0]))];
  expect(sources).toHaveLength(2);
  for (const source of sources) {
    const titles = first.candidates.filter(({ id }) => id.startsWith(`${source}-`)).map(({ title }) => title);
    expect(new Set(titles).size, source).toBe(3);
    for (const title of titles) {
      expect(title).toMatch(japanese);
      expect(title).not.toMatch(/こんばんは|ありがとう|ようこそ|[、。]$/u);
    }
  }

  await answer("hana", first, { verb: "regenerate", comment: "もっと短く、番号札について" });
  const second = await questionOf("hana", 2);
  const earlier = first.candidates.map(({ title }) => title);
  expect(second.candidates.filter(({ title }) => earlier.includes(title))).toEqual([]);
  expect(second.candidates.some(({ title }) => title.includes("番号札"))).toBe(true);

  const { id: candidateId, title } = second.candidates[0]!;
  await answer("hana", second, { verb: "pick", candidateId });
  const watch = stage.person("hana", "creator").channel(`watch:${subject}` as Channel);
  await until(watch, (now) => now.get("avatar") !== undefined);
  const avatar = watch.get("avatar") as AvatarValue;
  expect(avatar.object).toMatchObject({
    mediaType: "image/svg+xml",
    key: expect.stringMatching(/^avatars\/.*\.svg$/),
  });
  const steps = [...watch.items.values()].flatMap(({ key, value }) =>
    key.startsWith("step/") ? [(value as { message?: string }).message] : [],
  );
  for (const message of steps) if (message) expect(message).toMatch(japanese);

  const url = avatar.object.url!;
  const svg = await (await fetch(url)).text();
  expect(svg).not.toMatch(/<script|\son\w+=|href|url\(|<!/i);
  const letters = [...title].filter((letter) => japanese.test(letter));
  for (const letter of letters) expect(svg).toContain(letter);

  const { page, problems } = await openPage(browser, `${stage.callboard.addresses.pages}/viewer.html`);
  await page.setContent(`<img alt="" src="${url.replaceAll("&", "&amp;")}">`);
  const sides = await page.locator("img").evaluate(async (image: HTMLImageElement) => {
    await image.decode();
    return [image.naturalWidth, image.naturalHeight];
  });
  expect(sides).toEqual([512, 512]);

  await page.goto("about:blank");
  // The same poster in letters that no font has: each of them is the same box.
  const boxes = svg.replace(new RegExp(japanese, "gu"), "\uE000");
  const [differs, distinct] = await page.evaluate(
    async ([real, none, word]) => {
      const draw = async (text: string) => {
        const image = new Image();
        image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
        await image.decode();
        const canvas = new OffscreenCanvas(512, 512).getContext("2d")!;
        canvas.drawImage(image, 0, 0);
        return canvas.getImageData(0, 0, 512, 512).data;
      };
      const apart = (one: Uint8ClampedArray, other: Uint8ClampedArray) =>
        one.reduce((sum, value, n) => sum + (n % 4 === 0 && Math.abs(value - other[n]!) > 40 ? 1 : 0), 0);
      const drawn = await draw(real!);
      const letterAlone = (letter: string) =>
        draw(real!.replace(/<text.*<\/text>/s, `<text x="40" y="300" font-size="300">${letter}</text>`));
      const alone = await Promise.all([...new Set(word!)].map(letterAlone));
      const pairs = alone.flatMap((one, n) => alone.slice(n + 1).map((other) => apart(one, other)));
      return [apart(drawn, await draw(none!)), Math.min(...pairs)];
    },
    [svg, boxes, letters.slice(0, 8).join("")],
  );
  expect(differs).toBeGreaterThan(1500);
  expect(distinct).toBeGreaterThan(1500);
  expect(problems).toEqual([]);
}, 90_000);

it("asks about the English sample in English", async () => {
  await call("emma", "POST", "/videos/sample", {});
  const { request, candidates } = await questionOf("emma");
  expect(request).toMatchObject({
    lang: "en",
    title: "talk.mp4",
    prompt: "Which title shall the video have?",
  });
  for (const { title } of candidates) expect(title).not.toMatch(japanese);
}, 60_000);
