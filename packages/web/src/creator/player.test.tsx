// @vitest-environment happy-dom
import { useState } from "react";
import { afterEach, expect, it } from "vitest";
import { act } from "../testing/act.ts";
import { closeDrawn, draw } from "../testing/viewer-stage.tsx";
import type { Video } from "../videos/videos-api.ts";
import { Player } from "./player.tsx";

afterEach(closeDrawn);

const signed = (videoUrl: string): Video => ({
  videoId: "v_1",
  subject: "video/v_1",
  name: "talk.mp4",
  startedAt: 1,
  videoUrl,
  captionsUrl: undefined,
});

function Shown({ given, onStale }: { given: (give: (video: Video) => void) => void; onStale: () => void }) {
  const [video, setVideo] = useState(signed("https://s3/a"));
  given(setVideo);
  return <Player video={video} onStale={onStale} />;
}

it("plays a video from one URL until it fails, then from the next one", async () => {
  let list = (_: Video) => {};
  let asked = 0;
  const { page } = await draw(<Shown given={(give) => (list = give)} onStale={() => asked++} />);
  const source = () => page.querySelector("video")?.getAttribute("src");
  const comes = (url: string) => act(async () => list(signed(url)));

  await comes("https://s3/b");
  expect([source(), asked]).toEqual(["https://s3/a", 0]);
  await act(async () => page.querySelector("video")!.dispatchEvent(new Event("error")));
  await comes("https://s3/a");
  expect([source(), asked]).toEqual(["https://s3/a", 1]);
  await comes("https://s3/c");
  expect(source()).toBe("https://s3/c");
});
