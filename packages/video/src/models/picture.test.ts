import fc from "fast-check";
import { expect, it } from "vitest";
import { svgSize } from "../tasks/svg-picture.ts";
import { describePicture, drawPicture } from "./picture.ts";
import { wrap } from "./wrap.ts";

const draw = (title: string) => drawPicture(describePicture(title));
const linesOf = (svg: string) => [...svg.matchAll(/<tspan[^>]*>([^<]*)</g)].map(([, line]) => line!);

it.each([
  [
    "タスクトークンは、クロークの番号札のようなもの",
    ["タスクトークンは、", "クロークの", "番号札のようなもの"],
  ],
  ["明治維新と武士", ["明治維新と武士"]],
  [
    "Why the workflow has to stop and ask a question",
    ["Why the workflow", "has to stop and", "ask a question"],
  ],
  ["工作流需要等待人的回答", ["工作流需要", "等待人的回答"]],
])("breaks %s between its phrases, into lines of about the same length", (title, lines) => {
  expect(linesOf(draw(title))).toEqual(lines);
});

it("begins no line with a character that belongs to the line before", () => {
  const texts = [
    "「はい。」と答えた、あの人（編集者）の話。",
    "コーヒーショップでちょっと待って！",
    "料金は、いつ、誰が、払うのか？",
  ];
  for (const text of texts)
    for (let widest = 4; widest < 14; widest++)
      for (const line of wrap(text, "ja", widest)) {
        expect(line, `${widest}`).not.toMatch(/^[、。」）！？ーっゃゅょッャュョ]/u);
        expect(line, `${widest}`).not.toMatch(/[「（]$/u);
      }
});

it("breaks Korean only at its spaces", () => {
  const title = "워크플로는 사람의 답변을 기다려야 합니다";
  expect(linesOf(draw(title)).join(" ")).toBe(title);
});

it("cuts a long title between letters", () => {
  for (const title of ["𠮷".repeat(200), `a${"𠮷".repeat(200)}`, "👨‍👩‍👧".repeat(60)]) {
    const svg = draw(title);
    expect(svg).not.toMatch(/\p{Cs}/u);
    expect(svg).toMatch(/(𠮷|👨‍👩‍👧)…/u);
  }
});

it("shows one whole letter of the title's topic", () => {
  const letterOf = (title: string) => /font-size="236"[^>]*>([^<]*)</.exec(draw(title))![1];
  expect(
    ["番号札の話", "The Task Token", "김지호의 하루", "ひととせ", "𠮷野家の牛丼", "Åland", "1984"].map(
      letterOf,
    ),
  ).toEqual(["番", "T", "김", "ひ", "𠮷", "Å", "1"]);
});

it("aligns right-to-left text at the right", () => {
  const svg = draw("حفل الافتتاح الكبير");
  expect(svg).toContain('direction="rtl"');
  expect(svg).toContain('<tspan x="472"');
});

it("contains only elements that draw, whatever the title", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (title) => {
      const svg = draw(title);
      expect(svgSize(Buffer.from(svg))).toEqual({ width: 512, height: 512 });
      expect(linesOf(svg).length).toBeLessThanOrEqual(6);
    }),
  );
});

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const light = (colour: string) => {
    const [red, green, blue] = [1, 3, 5]
      .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
  return (bright! + 0.05) / (dark! + 0.05);
}

it("has colours that can be distinguished, ten sets of them", () => {
  const seen = new Set<string>();
  for (let n = 0; n < 300; n++) {
    const svg = draw(`Title ${n}`);
    const ground = /<rect width="512" height="512" fill="(#\w+)"/.exec(svg)![1]!;
    const shape = /(?:fill|stroke)="(#\w+)"/.exec(svg.slice(svg.indexOf(ground) + 9))![1]!;
    const [mark, ink] = [...svg.matchAll(/<text[^>]*fill="(#\w+)"/g)].map(([, colour]) => colour!);
    seen.add(ground);
    expect(contrast(ground, ink!), ground).toBeGreaterThan(7);
    for (const behind of [ground, shape]) expect(contrast(behind, mark!), ground).toBeGreaterThan(3);
  }
  expect(seen.size).toBe(10);
});
