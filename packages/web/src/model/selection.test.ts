import { decideUpload } from "@callboard/video/upload";
import fc from "fast-check";
import { expect, it } from "vitest";
import { englishForTests } from "../testing/words.ts";
import { selectFiles, sizeText } from "./selection.ts";

const file = (name: string, size = 10, type = "") => ({ name, size, type });
const nothing = { video: undefined, captions: undefined };

it("distinguishes a video and captions by their names", () => {
  const { video, captions, problems } = selectFiles(
    nothing,
    [file("a.vtt"), file("b.MP4")],
    100,
    englishForTests,
  );
  expect([video?.name, captions?.name, problems]).toEqual(["b.MP4", "a.vtt", []]);
});

it("keeps the former choice when the new file cannot be used", () => {
  const before = { video: file("old.mp4"), captions: undefined };
  const after = selectFiles(
    before,
    [file("notes.txt"), file("empty.mp4", 0), file("big.mp4", 101)],
    100,
    englishForTests,
  );
  expect(after.video).toBe(before.video);
  expect(after.problems).toEqual([
    "“notes.txt” is neither an MP4 video nor captions (.vtt or .srt).",
    "“empty.mp4” is empty.",
    "“big.mp4” has 101 bytes; at most 100 bytes is allowed.",
  ]);
});

it("uses the media type of a file without an extension", () => {
  const { video, problems } = selectFiles(nothing, [file("clip", 10, "video/mp4")], 100, englishForTests);
  expect([video?.name, problems]).toEqual(["clip", []]);
});

const anyFile = fc.record({
  name: fc.oneof(
    fc.string({ maxLength: 300 }),
    fc
      .tuple(
        fc.string({ maxLength: 20 }),
        fc.constantFrom(".mp4", ".M4V", ".vtt", ".Srt", ".srt ", ".mov", ".txt", ""),
      )
      .map((parts) => parts.join("")),
  ),
  size: fc.constantFrom(0, 1, 5 * 1024 ** 2, 5 * 1024 ** 2 + 1, 5 * 1024 ** 3, 6 * 1024 ** 3),
  type: fc.constantFrom("", "video/mp4", "text/vtt", "application/x-subrip", "text/plain", "video/quicktime"),
});

it("accepts exactly what the server accepts", () => {
  fc.assert(
    fc.property(anyFile, (one) => {
      const { video, captions } = selectFiles(nothing, [one], Number.POSITIVE_INFINITY, englishForTests);
      const upload = decideUpload([{ fileName: one.name, size: one.size, contentType: one.type }]);
      expect((video ?? captions) !== undefined).toBe(upload.kind === "accepted");
    }),
    { numRuns: 500 },
  );
});

it.each([
  [512, "512 bytes"],
  [3_400_000, "3.2 MB"],
  [2 * 1024 ** 3, "2 GB"],
])("writes %d bytes as %j", (bytes, text) => {
  expect(sizeText(bytes, englishForTests)).toBe(text);
});
