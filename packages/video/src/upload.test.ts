import { expect, it } from "vitest";
import { acceptOf, decideUpload } from "./upload.ts";

it("accepts a video with its captions, whatever media types the browser names", () => {
  const offered = [
    { fileName: "My Talk.MP4", size: 5_000_000, contentType: "" },
    { fileName: "my-talk.en.srt", size: 900, contentType: "text/plain" },
  ];
  expect(decideUpload(offered)).toMatchObject({
    kind: "accepted",
    files: [
      { kind: "video", name: "video.mp4", mediaType: "video/mp4" },
      { kind: "captions", name: "captions.srt" },
    ],
  });
});

it("accepts only captions", () => {
  expect(decideUpload([{ fileName: "a.vtt", size: 10 }])).toMatchObject({ kind: "accepted" });
});

it("uses the browser's media type for a file without an extension", () => {
  expect(decideUpload([{ fileName: "clip", size: 10, contentType: "video/mp4" }])).toMatchObject({
    kind: "accepted",
    files: [{ name: "video.mp4" }],
  });
  expect([acceptOf("video"), acceptOf("captions")]).toEqual([
    ".mp4,.m4v,video/mp4,video/x-m4v",
    ".vtt,.srt,text/vtt,application/x-subrip",
  ]);
});

it.each([
  ["nothing", [], "Choose"],
  ["a picture", [{ fileName: "a.png", size: 10 }], "Only .mp4"],
  ["a name without an extension", [{ fileName: "mp4", size: 10 }], "Only .mp4"],
  ["an empty file", [{ fileName: "a.mp4", size: 0 }], "empty"],
  ["a video over 5 GB", [{ fileName: "a.mp4", size: 6 * 1024 ** 3 }], "5 GB"],
  ["captions over 5 MB", [{ fileName: "a.vtt", size: 6_000_000 }], "5 MB"],
  [
    "two videos",
    [
      { fileName: "a.mp4", size: 1 },
      { fileName: "b.mp4", size: 1 },
    ],
    "Only one",
  ],
])("refuses %s in plain words", (_, offered, reason) => {
  expect(decideUpload(offered)).toMatchObject({ kind: "refused", reason: expect.stringContaining(reason) });
});
