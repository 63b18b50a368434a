import { expect, it } from "vitest";
import { mediaTypeOf, selectFiles, sizeText } from "./selection.ts";

const file = (name: string, size = 10, type = "") => ({ name, size, type });
const nothing = { video: undefined, captions: undefined };

it("tells a video and captions apart by their names", () => {
  const { video, captions, problems } = selectFiles(nothing, [file("a.vtt"), file("b.MP4")], 100);
  expect([video?.name, captions?.name, problems]).toEqual(["b.MP4", "a.vtt", []]);
});

it("keeps what was chosen before when the new file is of no use", () => {
  const before = { video: file("old.mp4"), captions: undefined };
  const after = selectFiles(before, [file("notes.txt"), file("empty.mp4", 0), file("big.mp4", 101)], 100);
  expect(after.video).toBe(before.video);
  expect(after.problems).toEqual([
    "“notes.txt” is neither an MP4 video nor captions (.vtt or .srt).",
    "“empty.mp4” is empty.",
    "“big.mp4” has 101 bytes; at most 100 bytes are taken.",
  ]);
});

it("names the media type that the browser does not know", () => {
  expect([file("a.srt"), file("a.vtt"), file("a.mp4"), file("a.mp4", 1, "video/x")].map(mediaTypeOf)).toEqual(
    ["application/x-subrip", "text/vtt", "video/mp4", "video/x"],
  );
});

it.each([
  [512, "512 bytes"],
  [3_400_000, "3.2 MB"],
  [2 * 1024 ** 3, "2 GB"],
])("writes %d bytes as %j", (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});
