import { afterAll, beforeAll, expect, it } from "vitest";
import { hooksCertificate as ca, type HooksServer, hooksServer } from "../testing/hooks-server.ts";
import { fetchPicture } from "./fetch-picture.ts";
import { guardedFetch } from "./guarded-fetch.ts";

const bytesOf = (hex: string, length = 100) => Buffer.concat([Buffer.from(hex, "hex"), Buffer.alloc(length)]);
const png = bytesOf("89504e470d0a1a0a0000000d49484452");
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
  ["image/jpeg", bytesOf("ffd8ffe000104a464946")],
  ["image/gif", bytesOf("474946383761")],
  ["image/gif", bytesOf("474946383961")],
  ["image/webp", bytesOf("524946463c000000574542505650382000")],
])("fetches a picture and knows it by its beginning: %s", async (mediaType, body) => {
  answer = { body, headers: { "content-type": "text/html" } };
  expect(await picture()).toEqual({ mediaType, bytes: body });
});

it.each([
  ["a page", "<html>"],
  ["an SVG, which holds scripts", '<svg xmlns="http://www.w3.org/2000/svg"/>'],
  ["a PDF", "%PDF-1.7"],
  ["a program", "MZ\x90\0"],
  ["the beginning of a beginning", "\x89PNG"],
  ["nothing", ""],
  ["the name of a kind alone", "GIF89"],
  ["a sound in the same kind of file", bytesOf("524946463c00000057415645")],
  ["a picture after something else", Buffer.concat([Buffer.from(" "), png])],
])("finds no picture in %s", async (_, body) => {
  answer = { body, headers: { "content-type": "image/png" } };
  expect(await picture()).toBeUndefined();
});

it("takes 200 KB and not a byte more, whatever length was announced", async () => {
  answer = { body: Buffer.concat([png, Buffer.alloc(MOST - png.length)]) };
  expect((await picture())?.bytes).toHaveLength(MOST);
  answer = { body: Buffer.concat([png, Buffer.alloc(MOST - png.length + 1)]) };
  expect(await picture()).toBeUndefined();
});

it("finds no picture where there is another status, or nothing may be asked", async () => {
  for (const status of [404, 206, 500]) {
    answer = { status, body: png };
    expect(await picture()).toBeUndefined();
  }
  expect(await fetchPicture(guardedFetch(), "https://127.0.0.1/a.png")).toBeUndefined();
  expect(await fetchPicture(guardedFetch(), "data:image/png;base64,iVBORw0KGgo=")).toBeUndefined();
});
