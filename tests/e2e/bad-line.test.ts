import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "./people.ts";
import { loadOnSlowLine, type SlowLoad, waterfall } from "./slow-line.ts";
import { openStory, type StoryStage } from "./story-stage.ts";

// How long it takes is the bench's row `pages`: a time says as much of the machine as of the page.

let stage: StoryStage;
let video = "";

beforeAll(async () => {
  stage = await openStory();
  const { subject } = await stage.playSample(3600);
  video = subject.replace("video/", "");
  await openQuestion();
}, 120_000);
afterAll(() => stage.close());

/** The sample asks its question, and waits for an answer. */
async function openQuestion(): Promise<void> {
  const { http } = stage.callboard.addresses;
  const headers = { authorization: `Bearer ${await stage.token("creator")}` };
  await eventually(async () => {
    const answer = await fetch(`${http}/requests`, { headers });
    const { requests } = (await answer.json()) as { requests: unknown[] };
    return requests.length > 0;
  });
}

const load = (page: string, shown: readonly string[], lang = "en-GB") =>
  loadOnSlowLine(stage.browser, `${stage.callboard.addresses.pages}/${page}.html#/v/${video}`, shown, {
    locale: lang,
  });

const seen = ({ rounds, moved, ...load }: SlowLoad) =>
  `${rounds.join(" → ")}\nmoved: ${moved.join("; ")}\n${waterfall(load)}`;

describe.each(["en-GB", "ja-JP"])(
  "on a line of 50 KB/s and 400 ms, with nothing in the cache, in %s",
  (lang) => {
    it("a creator's question needs few bytes and few round trips, and nothing on the page moves", async () => {
      const loaded = await load("creator", ["[data-candidate]", ".button.primary"], lang);
      expect(loaded.problems).toEqual([]);
      expect(loaded.shift, seen(loaded)).toBeLessThan(0.05);
      expect(loaded.bytes, seen(loaded)).toBeLessThan(115_000);
      // The page, its first script, a token, a socket, hello; what pictures and lists take comes beside it.
      expect(loaded.rounds.length, seen(loaded)).toBeLessThanOrEqual(7);
      const all = loaded.asked.map(({ what }) => what);
      expect(all.filter((what) => what === "socket opens")).toHaveLength(1);
      expect(all.filter((what) => what.startsWith("hello"))).toHaveLength(1);
      expect(all.filter((what) => what === "/config.json")).toHaveLength(1);
      expect(all.filter((what) => /^(en|ja)-/.test(what))).toHaveLength(1);
    });

    it("a viewer's steps arrive in the same way", async () => {
      const loaded = await load("viewer", ["[data-step]"], lang);
      expect(loaded.problems).toEqual([]);
      expect(loaded.shift, seen(loaded)).toBeLessThan(0.05);
      expect(loaded.bytes, seen(loaded)).toBeLessThan(90_000);
      expect(loaded.rounds.length, seen(loaded)).toBeLessThanOrEqual(6);
    });
  },
);

it("opens its socket while the page's own code is still on its way", async () => {
  const loaded = await load("creator", ["[data-candidate]"]);
  const at = (name: RegExp) => loaded.asked.find(({ what }) => name.test(what))!;
  const [socket, hello, code] = [at(/^socket/), at(/^hello/), at(/^creator-/)];
  expect(socket.from, seen(loaded)).toBeGreaterThan(at(/^boot-/).to);
  expect(hello.from, seen(loaded)).toBeGreaterThanOrEqual(socket.from);
  expect(code.from, seen(loaded)).toBeLessThan(socket.from);
});
