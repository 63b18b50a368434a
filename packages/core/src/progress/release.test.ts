import { expect, it } from "vitest";
import { ana, memoryStage, viewer } from "../testing/memory-stage.ts";

const work = "work:video/v_1";
const watch = "watch:video/v_1";

async function followed() {
  const stage = memoryStage();
  const owner = stage.client("owner", ana);
  const guest = stage.client("guest", viewer);
  await owner.follow(work);
  await guest.follow(watch);
  return { stage, owner, guest };
}

it("makes a video that is released, and its captions, items of their own", async () => {
  const { stage, owner, guest } = await followed();
  const object = { key: "videos/v_1/video.mp4", mediaType: "video/mp4" };
  const captions = { key: "videos/v_1/captions.vtt", mediaType: "text/vtt" };
  await stage.report({
    step: "finish",
    state: "succeeded",
    data: { media: { object, captions, durationMs: 9 } },
  });
  const signed = { url: expect.stringContaining("https://"), expiresAt: expect.any(Number) };
  const shown = {
    media: { object: { ...object, ...signed }, durationMs: 9 },
    captions: { object: { ...captions, ...signed } },
  };
  expect(guest.values(watch)).toMatchObject(shown);
  expect(owner.values(work)).toMatchObject(shown);
  const resolve = (key: string) =>
    stage.app.channels.resolve({ connectionId: "guest", caller: viewer }, watch, key);
  for (const key of ["media", "captions"])
    expect(await resolve(key)).toMatchObject({
      outcome: "resolved",
      url: expect.stringContaining("videos/v_1/"),
    });

  stage.pass(1000);
  await stage.report({ step: "finish", state: "succeeded", attempt: 2, data: { media: { object } } });
  expect(guest.values(watch).media).not.toHaveProperty("durationMs");
  expect(guest.values(watch)).not.toHaveProperty("captions");
});

it.each([
  "videos/v_2/video.mp4",
  "videos/v_1/upload.json",
  "videos/v_1/../v_2/video.mp4",
  "videos/v_1/more/video.mp4",
  "videos/of/v_1/video.mp4",
  "videos//video.mp4",
  "videos/v_1",
  "transcripts/v_1/video.mp4",
  "avatars/v_1/video.mp4",
  "video.mp4",
])("signs no upload but the subject's own: %s", async (key) => {
  const { stage, guest } = await followed();
  const own = { key: "videos/v_1/video.mp4", mediaType: "video/mp4" };
  const other = { key, mediaType: "video/mp4" };
  const captions = { key: key.replace("mp4", "vtt"), mediaType: "text/vtt" };
  for (const media of [{ object: other }, { object: own, captions }])
    await stage.report({ step: "finish", state: "succeeded", data: { media } });
  expect(guest.values(watch)).not.toHaveProperty("media");
  expect(guest.values(watch)).not.toHaveProperty("captions");
  expect(JSON.stringify(guest.values(watch))).not.toContain("https://");
});
