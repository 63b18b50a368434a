import { PNG } from "pngjs";
import { expect, it } from "vitest";
import { memoryFiles } from "../files/memory-files.fixture.ts";
import { storeAvatar } from "./store-avatar.ts";

const input = { bucket: "b", from: "avatars/v_1/run.json", to: "avatars/v_1/run.png" };
const answer = { bucket: "b", key: input.from };
const png = PNG.sync.write(new PNG({ width: 4, height: 2 }));

it("stores the picture, removes the model's answer, and may be told twice", async () => {
  const files = memoryFiles();
  files.put(answer, JSON.stringify({ images: [png.toString("base64")] }));
  const stored = { key: input.to, mediaType: "image/png", width: 4, height: 2 };
  expect(await storeAvatar(files, input)).toEqual(stored);
  expect(files.get({ bucket: "b", key: input.to })).toEqual(png);
  expect(files.get(answer)).toBeUndefined();
  expect(await storeAvatar(files, input)).toEqual(stored);
});

it.each([
  ["no answer", undefined],
  ["an answer that is no JSON", "<html>"],
  ["an answer without a picture", JSON.stringify({ images: [], error: "content policy" })],
  [
    "a picture that a filter kept back",
    JSON.stringify({ seeds: [0], finish_reasons: ["Filter reason: prompt"], images: [null] }),
  ],
  ["an empty picture", JSON.stringify({ seeds: [0], finish_reasons: [null], images: [""] })],
  ["bytes that are no picture", JSON.stringify({ images: [Buffer.from("x".repeat(99)).toString("base64")] })],
  ["half a picture", JSON.stringify({ images: [png.subarray(0, 40).toString("base64")] })],
  ["null", "null"],
])("refuses %s", async (_, body) => {
  const files = memoryFiles();
  if (body !== undefined) files.put(answer, body);
  await expect(storeAvatar(files, input)).rejects.toMatchObject({ name: "NotAPicture" });
  expect(files.get({ bucket: "b", key: input.to })).toBeUndefined();
});
