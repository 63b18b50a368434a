import { expect, it } from "vitest";
import { type FetchPicture, gatherPictures, isPictureAddress } from "./pictures.ts";

const starts = {
  png: "\x89PNG\r\n\x1a\n",
  jpeg: "\xff\xd8\xff\xe0",
  gif: "GIF89a",
  webp: "RIFF\x10\0\0\0WEBP",
};

const picture = (start: string, size = 100) => {
  const bytes = new Uint8Array(size);
  bytes.set(Buffer.from(start, "latin1"));
  return { bytes, type: "image/png" };
};

const never = { wait: (_ms: number) => new Promise<void>(() => {}) };
const gather = (addresses: readonly string[], fetchPicture: FetchPicture, clock = never) =>
  gatherPictures(addresses, { fetchPicture, clock, seal: "s" });

const numbered = (count: number) => Array.from({ length: count }, (_, i) => `https://p.example/${i}`);

it("tells a picture by its first bytes, whatever its server says", async () => {
  const kinds = Object.keys(starts) as (keyof typeof starts)[];
  const parts = await gather(
    kinds.map((kind) => `https://p.example/${kind}`),
    async (url) => picture(starts[url.split("/").at(-1) as keyof typeof starts]),
  );
  expect([...parts.values()].map(({ type, fileName }) => [type, fileName])).toEqual([
    ["image/png", "picture-1.png"],
    ["image/jpeg", "picture-2.jpg"],
    ["image/gif", "picture-3.gif"],
    ["image/webp", "picture-4.webp"],
  ]);
  expect(new Set([...parts.values()].map(({ cid }) => cid)).size).toBe(4);
});

it.each([
  ["SVG", "<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"],
  ["HTML", "<!doctype html>"],
  ["a PDF", "%PDF-1.7"],
  ["a program", "MZ\x90\0"],
  ["the start of a start", "\x89PNG"],
  ["a sound", "RIFF\x10\0\0\0WAVE"],
])("leaves out %s", async (_, start) => {
  expect(await gather(["https://p.example/a"], async () => picture(start))).toEqual(new Map());
});

it("never asks for what is not at an https address", async () => {
  const asked: string[] = [];
  const addresses = [
    "http://p.example/a",
    "javascript:alert(1)",
    "data:image/png;base64,AAAA",
    "file:///etc/passwd",
    "//p.example/a",
    "https://user:secret@p.example/a",
    "https://",
    "",
  ];
  await gather(addresses, async (url) => {
    asked.push(url);
    return undefined;
  });
  expect(asked).toEqual([]);
  expect(isPictureAddress("https://p.example/a.png?x=1")).toBe(true);
});

it("asks for ten pictures at most, each once", async () => {
  const asked: string[] = [];
  const parts = await gather(["https://p.example/0", ...numbered(50)], async (url) => {
    asked.push(url);
    return picture(starts.png);
  });
  expect(asked).toEqual(numbered(10));
  expect(parts.size).toBe(10);
});

it("leaves out a picture over 200 KB, and those for which 1.5 MB have no room", async () => {
  const large = 200 * 1024;
  const one = await gather(["https://p.example/a", "https://p.example/b"], async (url) =>
    picture(starts.png, url.endsWith("a") ? large + 1 : large),
  );
  expect([...one.keys()]).toEqual(["https://p.example/b"]);
  const all = await gather(numbered(10), async () => picture(starts.png, large));
  expect(all.size).toBe(7);
});

it("sends what has come within three seconds, and waits no longer", async () => {
  const waits: number[] = [];
  let over = () => {};
  const clock = {
    wait: (ms: number) => {
      waits.push(ms);
      return new Promise<void>((resolve) => {
        over = resolve;
      });
    },
  };
  const gathering = gather(
    numbered(2),
    async (url) => (url.endsWith("0") ? picture(starts.png) : new Promise(() => {})),
    clock,
  );
  await Promise.resolve();
  over();
  expect([...(await gathering).keys()]).toEqual(["https://p.example/0"]);
  expect(waits).toEqual([3000]);
});

it("does without a picture that cannot be fetched", async () => {
  const parts = await gather(numbered(3), async (url) => {
    if (url.endsWith("0")) throw new Error("refused");
    return url.endsWith("1") ? undefined : picture(starts.gif);
  });
  expect([...parts.keys()]).toEqual(["https://p.example/2"]);
});
