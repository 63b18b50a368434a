import { expect, it } from "vitest";
import { en } from "./en/index.ts";
import { ja } from "./ja/index.ts";
import { LANGUAGE_KEY, type LanguageSources, openPageWords } from "./page-words.ts";
import type { Language } from "./words.ts";

const storageOf = (kept: Map<string, string>) => ({
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
  removeItem: (key: string) => void kept.delete(key),
});

const forbidden = () => {
  throw new DOMException("The operation is insecure.", "SecurityError");
};

/** A browser: what it remembers, and the pages of its tabs. */
function browser(wanted: readonly string[] = ["en-US"]) {
  const kept = new Map<string, string>();
  const isOffline = { now: false };
  const load = async (lang: Language) => {
    if (isOffline.now) throw new TypeError("Failed to fetch dynamically imported module");
    return lang === "ja" ? ja : en;
  };
  const open = async (more: Partial<LanguageSources> = {}) => {
    const unlinked: string[] = [];
    const words = await openPageWords({
      remembered: storageOf(kept),
      tab: storageOf(new Map()),
      linked: null,
      unlink: () => unlinked.push("lang"),
      wanted,
      load,
      ...more,
    });
    const heard: string[] = [];
    words.follow(() => heard.push(words.current.lang));
    return { words, heard, unlinked };
  };
  return { kept, open, isOffline };
}

it.each([
  [["ja"], "ja", "ja"],
  [["fr-CA", "ja-JP", "en"], "ja", "ja-JP"],
  [["en-GB", "ja"], "en", "en-GB"],
  [["de", "fr"], "en", "en"],
  [[], "en", "en"],
  [["JA-jp"], "ja", "JA-jp"],
  [["jam", "jav"], "en", "en"],
] as const)("uses the first available language of %j, with its region", async (wanted, lang, locale) => {
  expect((await browser(wanted).open()).words.current).toMatchObject({ lang, locale });
});

it("skips a locale that Intl would refuse, as some Linux machines have", async () => {
  const { words } = await browser(["en-US@posix", "en-AU"]).open();
  expect(words.current.locale).toBe("en-AU");
  for (const tag of ["en-US@posix", "C", "en_US.UTF-8"]) {
    const { words: alone } = await browser([tag]).open();
    expect(() => new Intl.NumberFormat(alone.current.locale)).not.toThrow();
    expect(alone.current.locale).toBe("en");
  }
});

it("prefers a remembered choice to the browser's languages", async () => {
  const { open } = browser(["en-US"]);
  await (await open()).words.choose("ja");
  expect((await open()).words.current).toMatchObject({ lang: "ja", locale: "ja" });
});

it("changes all open pages after a choice in one", async () => {
  const { open } = browser();
  const [one, other] = [await open(), await open()];
  await one.words.choose("ja");
  await other.words.changedElsewhere();
  expect([one.heard, other.heard, other.words.current.lang]).toEqual([["ja"], ["ja"], "ja"]);
  await other.words.changedElsewhere();
  expect(other.heard).toEqual(["ja"]);
});

it("uses a link's language only for its tab, until somebody chooses", async () => {
  const { open, kept } = browser();
  const tab = storageOf(new Map());
  const { words } = await open({ tab, linked: "ja-JP" });
  expect([words.current.lang, kept.size]).toEqual(["ja", 0]);
  // The link leads on to a page without it, such as the one after signing in.
  const next = await open({ tab });
  expect(next.words.current.lang).toBe("ja");
  await next.words.choose("en");
  expect([next.unlinked, (await open({ tab })).words.current.lang]).toEqual([["lang"], "en"]);
  expect((await open()).words.current.lang).toBe("en");
});

it("writes nothing when opened, so that an old choice stays", async () => {
  const { open, kept } = browser(["en-US"]);
  kept.set(LANGUAGE_KEY, "ja");
  await open();
  await open({ linked: "en" });
  expect([...kept]).toEqual([[LANGUAGE_KEY, "ja"]]);
  expect((await open()).words.current.lang).toBe("ja");
});

it("remembers a link's language when somebody chooses it again", async () => {
  const { open, kept } = browser();
  const { words, unlinked } = await open({ linked: "ja" });
  await words.choose("ja");
  expect([kept.get(LANGUAGE_KEY), unlinked]).toEqual(["ja", ["lang"]]);
});

it.each(["fr", "", "constructor", "en_US"])("uses the other sources if a link says %j", async (linked) => {
  const { words } = await browser(["ja"]).open({ linked });
  expect(words.current.lang).toBe(linked === "en_US" ? "en" : "ja");
});

it("changes nothing and forgets nothing when a language cannot be loaded", async () => {
  const { open, kept, isOffline } = browser();
  const { words, heard } = await open();
  isOffline.now = true;
  await expect(words.choose("ja")).rejects.toThrow("fetch");
  expect([words.current.lang, heard, kept.size]).toEqual(["en", [], 0]);
  isOffline.now = false;
  await words.choose("ja");
  expect(heard).toEqual(["ja"]);
});

it("uses another language if its own cannot be loaded, until that is chosen again", async () => {
  const { open, kept, isOffline } = browser(["ja"]);
  const load = async (lang: Language) => {
    if (isOffline.now && lang === "ja") throw new TypeError("Failed to fetch dynamically imported module");
    return lang === "ja" ? ja : en;
  };
  isOffline.now = true;
  const { words, heard } = await open({ load });
  expect([words.current.lang, kept.size]).toEqual(["en", 0]);
  isOffline.now = false;
  await words.choose("ja");
  expect([words.current.lang, heard]).toEqual(["ja", ["ja"]]);
  const nothing = open({ load: () => Promise.reject(new TypeError("offline")) });
  await expect(nothing).rejects.toThrow("offline");
});

it("remembers a language that could not be loaded for the next load", async () => {
  const { open, kept, isOffline } = browser();
  const tab = storageOf(new Map());
  const { words, heard, unlinked } = await open({ tab, linked: "en" });
  isOffline.now = true;
  await expect(words.choose("ja")).rejects.toThrow();
  words.remember("ja");
  expect([heard, kept.get(LANGUAGE_KEY), unlinked]).toEqual([[], "ja", ["lang"]]);
  isOffline.now = false;
  expect((await open({ tab })).words.current.lang).toBe("ja");
});

it("ends in the language that was requested last, however long each takes", async () => {
  const { open } = browser();
  let arrive = (_: typeof ja) => {};
  const slow = new Promise<typeof ja>((resolve) => {
    arrive = resolve;
  });
  const { words, heard } = await open({ load: async (lang) => (lang === "ja" ? slow : en) });
  const first = words.choose("ja");
  await words.choose("en");
  arrive(ja);
  await first;
  expect([words.current.lang, heard]).toEqual(["en", []]);
});

it("works without storage, with the choice as long as the page", async () => {
  const nothing = { getItem: forbidden, setItem: forbidden, removeItem: forbidden };
  const { words } = await browser(["ja"]).open({ remembered: nothing, tab: nothing });
  await words.choose("en");
  expect(words.current.lang).toBe("en");
});
