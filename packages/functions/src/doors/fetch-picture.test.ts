import { afterAll, beforeAll, expect, it } from "vitest";
import { hooksCertificate as ca, type HooksServer, hooksServer } from "../testing/hooks-server.ts";
import { fetchPicture } from "./fetch-picture.ts";
import { guardedFetch } from "./guarded-fetch.ts";

const bytesOf = (hex: string, length = 100) =>
  Buffer.concat([Buffer.from(hex.replaceAll(" ", ""), "hex"), Buffer.alloc(length)]);
const hexOf = (number: number, digits: number) => number.toString(16).padStart(digits, "0");
const littleHex = (number: number, digits: number) => hexOf(number, digits).match(/../g)!.reverse().join("");

/** The first bytes of a picture of each kind, with this width and height in pixels. */
const kinds = {
  png: (wide: number, high: number) =>
    bytesOf(`89504e470d0a1a0a 0000000d49484452 ${hexOf(wide, 8)} ${hexOf(high, 8)}`),
  jpeg: (wide: number, high: number) =>
    // A thumbnail of its own within, as cameras write it, a filler, and a table before the frame.
    bytesOf(
      `ffd8 ffe1000b ffc000110800010001 ffff c4 0004 0000 ffc2 0011 08 ${hexOf(high, 4)} ${hexOf(wide, 4)}`,
    ),
  gif: (wide: number, high: number) => bytesOf(`474946383961 ${littleHex(wide, 4)} ${littleHex(high, 4)}`),
  webp: (wide: number, high: number) =>
    bytesOf(
      `524946463c000000 57454250 56503820 10000000 000000 9d012a ${littleHex(wide, 4)} ${littleHex(high, 4)}`,
    ),
  losslessWebp: (wide: number, high: number) =>
    bytesOf(
      `524946463c000000 57454250 5650384c 10000000 2f ${littleHex((high - 1) * 2 ** 14 + wide - 1, 8)}`,
    ),
  animatedWebp: (wide: number, high: number) =>
    bytesOf(
      `524946463c000000 57454250 56503858 0a000000 02000000 ${littleHex(wide - 1, 6)} ${littleHex(high - 1, 6)}`,
    ),
};
const png = kinds.png(640, 480);
const MOST = 200 * 1024;

let hooks: HooksServer;
let answer: { status?: number; headers?: Record<string, string>; body: Buffer | string };
beforeAll(async () => {
  hooks = await hooksServer((_, response) => {
    response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
  });
});
afterAll(() => hooks.close());

const HERE = "127.0.0.1";
const fetch = guardedFetch({ resolve: async () => [HERE], allow: (ip) => ip === HERE, ca });
const picture = () => fetchPicture(fetch, `https://hooks.example:${hooks.port}/a.png`);

it.each([
  ["image/png", png],
  ["image/jpeg", kinds.jpeg(5000, 1)],
  ["image/gif", kinds.gif(1, 5000)],
  ["image/gif", bytesOf("474946383761 0a000a00")],
  ["image/webp", kinds.webp(640, 480)],
  ["image/webp", kinds.losslessWebp(5000, 5000)],
  ["image/webp", kinds.animatedWebp(5000, 5000)],
])("fetches a picture and recognizes it by its first bytes: %s", async (mediaType, body) => {
  answer = { body, headers: { "content-type": "text/html" } };
  expect(await picture()).toEqual({ mediaType, bytes: body });
});

it.each([
  ["a page", "<html>"],
  ["an SVG, which holds scripts", '<svg xmlns="http://www.w3.org/2000/svg"/>'],
  ["a PDF", "%PDF-1.7"],
  ["a program", "MZ\x90\0"],
  ["a part of the first bytes", "\x89PNG"],
  ["nothing", ""],
  ["the name of a kind alone", "GIF89"],
  ["a JPEG that has no frame", bytesOf("ffd8ffe000104a464946")],
  ["a JPEG whose parts have no length", bytesOf("ffd8ffe00000ffc000110800010001")],
  ["a sound in the same kind of file", bytesOf("524946463c00000057415645")],
  ["a picture after something else", Buffer.concat([Buffer.from(" "), png])],
])("finds no picture in %s", async (_, body) => {
  answer = { body, headers: { "content-type": "image/png" } };
  expect(await picture()).toBeUndefined();
});

// https://github.com/python-pillow/Pillow/issues/515: a few bytes that take gigabytes to draw.
it.each(Object.entries(kinds))("refuses a %s that is over 5,000 pixels wide or high", async (_, made) => {
  for (const [wide, high] of [
    [5001, 1],
    [1, 5001],
    [16_383, 16_383],
  ] as const) {
    answer = { body: made(wide, high) };
    expect(await picture()).toBeUndefined();
  }
  answer = { body: made(1, 1) };
  expect(await picture()).toBeDefined();
});

it("accepts 200 KB and not a byte more, whatever length was announced", async () => {
  answer = { body: Buffer.concat([png, Buffer.alloc(MOST - png.length)]) };
  expect((await picture())?.bytes).toHaveLength(MOST);
  answer = { body: Buffer.concat([png, Buffer.alloc(MOST - png.length + 1)]) };
  expect(await picture()).toBeUndefined();
});

it("finds no picture with another status, or at a forbidden address", async () => {
  for (const status of [404, 206, 500]) {
    answer = { status, body: png };
    expect(await picture()).toBeUndefined();
  }
  expect(await fetchPicture(guardedFetch(), "https://127.0.0.1/a.png")).toBeUndefined();
  expect(await fetchPicture(guardedFetch(), "data:image/png;base64,iVBORw0KGgo=")).toBeUndefined();
});
