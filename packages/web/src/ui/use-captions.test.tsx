// @vitest-environment happy-dom
import { useState } from "react";
import { afterEach, expect, it, onTestFinished, vi } from "vitest";
import { act } from "../testing/act.ts";
import { closeDrawn, draw } from "../testing/viewer-stage.tsx";
import { useCaptions } from "./use-captions.ts";

afterEach(closeDrawn);

function Shown({ given }: { given: (want: (url: string | undefined) => void) => void }) {
  const [url, setUrl] = useState<string | undefined>("https://s3/a.vtt?1");
  given(setUrl);
  const { state, cues } = useCaptions(url);
  return <p>{[state, ...cues.map(({ text }) => text)].join(" ")}</p>;
}

it("shows no captions that arrive after others, or none, were requested", async () => {
  let come = (_: Response) => {};
  vi.stubGlobal("fetch", () => new Promise<Response>((resolve) => (come = resolve)));
  onTestFinished(() => void vi.unstubAllGlobals());
  let want = (_: string | undefined) => {};
  const { page } = await draw(<Shown given={(give) => (want = give)} />);
  expect(page.textContent).toBe("loading");
  await act(async () => want(undefined));
  await act(async () => come(new Response("WEBVTT\n\n00:00.000 --> 00:02.000\nOf before\n")));
  // The reader is loaded with the first captions.
  await import("@callboard/video/captions");
  await act(async () => {});
  expect(page.textContent).toBe("none");
});
