import { PNG } from "pngjs";
import { expect, it } from "vitest";
import { memoryFiles } from "../files/testing/memory-files.ts";
import { describePicture, drawPicture } from "../models/picture.ts";
import { storeAvatar } from "./store-avatar.ts";

const input = { bucket: "b", from: "avatars/v_1/run.json", to: "avatars/v_1/run" };
const answer = { bucket: "b", key: input.from };
const png = PNG.sync.write(new PNG({ width: 4, height: 2 }));

it("stores the picture, removes the model's answer, and may be repeated", async () => {
  const files = memoryFiles();
  files.put(answer, JSON.stringify({ images: [png.toString("base64")] }));
  const stored = { key: "avatars/v_1/run.png", mediaType: "image/png", width: 4, height: 2 };
  expect(await storeAvatar(files, input)).toEqual(stored);
  expect(files.get({ bucket: "b", key: "avatars/v_1/run.png" })).toEqual(png);
  expect(files.get(answer)).toBeUndefined();
  expect(await storeAvatar(files, input)).toEqual(stored);
});

const inBase64 = (...images: string[]) =>
  JSON.stringify({ images: images.map((one) => Buffer.from(one).toString("base64")) });
const titles = [
  "クロークの番号札",
  `R&D <b>“now”</b> 'n' "then"`,
  "\u0000\uD83D half a pair",
  "التشغيل",
  "x".repeat(400),
];

it.each(titles)("stores the poster of %j as a drawing, and may be repeated", async (title) => {
  const files = memoryFiles();
  const svg = drawPicture(describePicture(title));
  files.put(answer, inBase64(svg));
  const stored = { key: "avatars/v_1/run.svg", mediaType: "image/svg+xml", width: 512, height: 512 };
  expect(await storeAvatar(files, input)).toEqual(stored);
  expect(files.get({ bucket: "b", key: stored.key })?.toString()).toBe(svg);
  expect(await storeAvatar(files, input)).toEqual(stored);
});

const svg = (inner: string, attributes = 'width="9" height="9"') =>
  inBase64(`<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${inner}</svg>`);

it.each([
  ["a script", svg("<script>alert(1)</script>")],
  ["a handler", svg('<rect onload="alert(1)"/>')],
  ["a handler of its own", svg("", 'width="9" height="9" onload="alert(1)"')],
  ["a link", svg('<a href="https://x.test"><text>x</text></a>')],
  ["a picture from another address", svg('<image href="https://x.test/a.png"/>')],
  ["another drawing", svg('<use href="#a"/>')],
  ["a style", svg("<style>@import 'https://x.test'</style>")],
  ["a paint from another URL", svg('<rect fill="url(https://x.test#a)"/>')],
  ["a page", svg("<foreignObject><p>x</p></foreignObject>")],
  ["an animation", svg('<set attributeName="href" to="javascript:x"/>')],
  ["an entity", inBase64(`<!DOCTYPE svg [<!ENTITY a "b">]><svg width="9" height="9">&a;</svg>`)],
  ["an entity without a document type", svg("<text>&a;</text>")],
  ["a stylesheet before it", inBase64(`<?xml-stylesheet href="a.css"?><svg width="9" height="9"></svg>`)],
  ["a comment", svg("<!-- -->")],
  ["single quotes", svg("<rect fill='red'/>")],
  ["upper case", svg("<SCRIPT></SCRIPT>")],
  ["sides that are too long", svg("", 'width="9999" height="9999"')],
  ["sides that are those of something else", svg("", 'stroke-width="9" height="9" width="99999999"')],
  ["a paint from another URL in escaped letters", svg('<rect fill="\\75 rl(https://x.test/a.svg#a)"/>')],
  ["more than 64 KB", svg("x".repeat(70_000))],
])("refuses a drawing with %s", async (_, body) => {
  const files = memoryFiles();
  files.put(answer, body);
  await expect(storeAvatar(files, input)).rejects.toMatchObject({ name: "NotAPicture" });
});

it.each([
  ["no answer", undefined],
  ["an answer that is not JSON", "<html>"],
  ["an answer without a picture", JSON.stringify({ images: [], error: "content policy" })],
  [
    "a picture that a filter withheld",
    JSON.stringify({ seeds: [0], finish_reasons: ["Filter reason: prompt"], images: [null] }),
  ],
  ["an empty picture", JSON.stringify({ seeds: [0], finish_reasons: [null], images: [""] })],
  [
    "bytes that are not a picture",
    JSON.stringify({ images: [Buffer.from("x".repeat(99)).toString("base64")] }),
  ],
  ["half a picture", JSON.stringify({ images: [png.subarray(0, 40).toString("base64")] })],
  ["null", "null"],
])("refuses %s", async (_, body) => {
  const files = memoryFiles();
  if (body !== undefined) files.put(answer, body);
  await expect(storeAvatar(files, input)).rejects.toMatchObject({ name: "NotAPicture" });
  for (const ending of [".png", ".svg"])
    expect(files.get({ bucket: "b", key: input.to + ending })).toBeUndefined();
});
