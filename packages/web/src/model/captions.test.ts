import { readCaptions } from "@callboard/video/captions";
import { expect, it } from "vitest";
import { paragraphsOf, toVtt } from "./captions.ts";

it("writes WebVTT that is read back unchanged", () => {
  const cues = [{ startMs: 3_723_004, endMs: 3_724_500, text: "a < b & c\n&lt;i> 12 --> 13" }];
  expect(readCaptions(new TextEncoder().encode(toVtt(cues)))).toMatchObject({ cues });
});

it("starts a new paragraph after a pause", () => {
  const cues = [
    { startMs: 0, endMs: 1000, text: "One" },
    { startMs: 1000, endMs: 2000, text: "sentence." },
    { startMs: 6000, endMs: 7000, text: "Another." },
  ];
  expect(paragraphsOf(cues)).toEqual([
    { startMs: 0, text: "One sentence." },
    { startMs: 6000, text: "Another." },
  ]);
});

it("joins Japanese lines without a space", () => {
  const cues = [
    { startMs: 0, endMs: 1000, text: "クラウドのワークフローに\nまったく同じものが" },
    { startMs: 1000, endMs: 2000, text: "要ります。" },
    { startMs: 2000, endMs: 3000, text: "Step Functions" },
    { startMs: 3000, endMs: 4000, text: "を使います。" },
  ];
  expect(paragraphsOf(cues)).toEqual([
    { startMs: 0, text: "クラウドのワークフローにまったく同じものが要ります。 Step Functions を使います。" },
  ]);
});
