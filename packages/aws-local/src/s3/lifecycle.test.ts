import { readdirSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import { type Stage, stage, strike } from "./testing/s3.ts";

afterEach(strike);

const expireAfterMs = 2 * 86_400_000;
const lifecycle = { prefixes: ["videos/"], expireAfterMs };
const isThere = async ({ s3 }: Stage, key: string) => (await s3.read("media", key)) !== undefined;

/** The same folder, opened again. */
const again = (on: Stage) => stage({ directory: on.directory, store: on.store, clock: on.clock, lifecycle });

it("removes an object with its file once it is old enough, but no younger one", async () => {
  const on = await stage({ lifecycle });
  await on.s3.write("media", "videos/v_1/video.mp4", "old");
  await on.s3.write("media", "notes/mine.txt", "nobody else's");
  await on.clock.advance(expireAfterMs - 3_600_000);
  await on.s3.write("media", "videos/v_2/video.mp4", "young");
  expect(await isThere(on, "videos/v_1/video.mp4")).toBe(true);
  await on.clock.advance(2 * 3_600_000);
  await expect.poll(() => isThere(on, "videos/v_1/video.mp4")).toBe(false);
  expect(await isThere(on, "videos/v_2/video.mp4")).toBe(true);
  expect(await isThere(on, "notes/mine.txt")).toBe(true);
  await expect.poll(() => readdirSync(on.directory).length).toBe(2);
});

it("counts the age of an object from its last write", async () => {
  const on = await stage({ lifecycle });
  await on.s3.write("media", "videos/v_0/video.mp4", "old");
  await on.s3.write("media", "videos/v_1/video.mp4", "first");
  await on.clock.advance(expireAfterMs - 1);
  await on.s3.write("media", "videos/v_1/video.mp4", "second");
  await on.clock.advance(3_600_000);
  await expect.poll(() => isThere(on, "videos/v_0/video.mp4")).toBe(false);
  expect(await isThere(on, "videos/v_1/video.mp4")).toBe(true);
});

it("deletes objects at the start that became too old while nothing ran, in several steps", async () => {
  const on = await stage();
  const keys = Array.from({ length: 510 }, (_, n) => `videos/v_${n}/upload.json`);
  await Promise.all(keys.map((key) => on.s3.write("media", key, "{}")));
  await on.clock.advance(expireAfterMs);
  await on.s3.close();
  await again(on);
  await expect.poll(() => readdirSync(on.directory), { timeout: 15_000 }).toEqual([]);
});

it("keeps everything if no age is set", async () => {
  const on = await stage();
  await on.s3.write("media", "videos/v_1/video.mp4", "old");
  await on.clock.advance(10 * expireAfterMs);
  expect(await isThere(on, "videos/v_1/video.mp4")).toBe(true);
});
