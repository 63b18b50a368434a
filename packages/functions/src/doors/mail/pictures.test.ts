import { expect, it } from "vitest";
import type { FoundPicture } from "../fetch-picture.ts";
import { type FetchPicture, gatherPictures, isPictureAddress } from "./pictures.ts";

const picture = (size = 100, mediaType: FoundPicture["mediaType"] = "image/png"): FoundPicture => ({
  bytes: new Uint8Array(size),
  mediaType,
});

const never = { wait: (_ms: number) => new Promise<void>(() => {}) };
const gather = (addresses: readonly string[], fetchPicture: FetchPicture, clock = never) =>
  gatherPictures(addresses, { fetchPicture, clock, seal: "s" });

const numbered = (count: number) => Array.from({ length: count }, (_, i) => `https://p.example/${i}`);

it("makes a part of each kind of picture, with a name and an id of its own", async () => {
  const kinds = ["image/png", "image/jpeg", "image/gif", "image/webp"] as const;
  const parts = await gather(
    kinds.map((_, i) => `https://p.example/${i}`),
    async (url) => picture(100, kinds[Number(url.at(-1))]),
  );
  expect([...parts.values()].map(({ mediaType, fileName }) => [mediaType, fileName])).toEqual([
    ["image/png", "picture-1.png"],
    ["image/jpeg", "picture-2.jpg"],
    ["image/gif", "picture-3.gif"],
    ["image/webp", "picture-4.webp"],
  ]);
  expect(new Set([...parts.values()].map(({ cid }) => cid)).size).toBe(4);
});

it("fetches nothing from an address that is not https", async () => {
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
    return picture();
  });
  expect(asked).toEqual(numbered(10));
  expect(parts.size).toBe(10);
});

it("leaves out those that exceed 1.5 MB together", async () => {
  const all = await gather(numbered(10), async () => picture(200 * 1024));
  expect(all.size).toBe(7);
});

it("sends the pictures that have arrived within three seconds, and waits no longer", async () => {
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
    async (url) => (url.endsWith("0") ? picture() : new Promise(() => {})),
    clock,
  );
  await Promise.resolve();
  over();
  expect([...(await gathering).keys()]).toEqual(["https://p.example/0"]);
  expect(waits).toEqual([3000]);
});

it("leaves out a picture that cannot be fetched", async () => {
  const parts = await gather(numbered(3), async (url) => {
    if (url.endsWith("0")) throw new Error("refused");
    return url.endsWith("1") ? undefined : picture();
  });
  expect([...parts.keys()]).toEqual(["https://p.example/2"]);
});
