import { createHash } from "node:crypto";
import { rulesOf } from "./languages/index.ts";
import { type Language, languageOf } from "./languages/language.ts";
import { isStopWord, wordsOf } from "./words.ts";
import { lettersOf, wrap } from "./wrap.ts";

/** Colours of one poster, with their names in a description. */
interface Palette {
  readonly name: string;
  readonly ground: string;
  readonly shape: string;
  readonly mark: string;
  readonly ink: string;
}

const palette = (name: string, ground: string, shape: string, mark: string, ink: string): Palette => ({
  name,
  ground,
  shape,
  mark,
  ink,
});

/** The contrast of ink on ground is at least 7, that of the mark on ground and shape at least 3. */
const PALETTES: readonly Palette[] = [
  palette("deep blue and gold", "#1f3a5f", "#2b4d79", "#f2c14e", "#fdf6e3"),
  palette("pine and apricot", "#1d4d43", "#27614f", "#f3b27a", "#f7f3e6"),
  palette("plum and rose", "#4a2545", "#5e3258", "#f4b6a6", "#fbf1ea"),
  palette("brick and straw", "#7d3323", "#93412f", "#f7d488", "#fff5e6"),
  palette("sand and red", "#eadfc8", "#dccdae", "#9c3426", "#2b2a27"),
  palette("mist and harbour", "#d7e3e5", "#c3d5d9", "#285369", "#1d2b30"),
  palette("slate and ice", "#2e3440", "#3b4454", "#8fc7d6", "#eceff4"),
  palette("moss and cream", "#474d28", "#555c33", "#f1e3a4", "#fbf8e8"),
  palette("blush and wine", "#f2ddd7", "#e8cbc3", "#7a2e3a", "#33201f"),
  palette("night and mint", "#2b2452", "#393068", "#9fd6c2", "#f3f0fb"),
];

const SIDE = 512;
const MARGIN = 40;
/** Where the title ends, and its greatest height. */
const FOOT = 468;
const TITLE_HEIGHT = 180;
const LINE_HEIGHT = 1.28;
const SMALLEST = 25;
const SIZES = [50, 44, 38, 33, 29, SMALLEST];
/** A title may have 300 characters; a description of it is cut at 500. */
const MAX_TITLE_LENGTH = 300;

/** Fonts that browsers find on their systems; nothing is loaded. */
const LATIN = "system-ui,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";
const FONTS: Readonly<Record<Language, string>> = {
  en: LATIN,
  ja: `'Hiragino Sans','Yu Gothic UI','Noto Sans JP','Noto Sans CJK JP','BIZ UDPGothic',Meiryo,${LATIN}`,
  zh: `'PingFang SC','Microsoft YaHei','Noto Sans SC','Noto Sans CJK SC',${LATIN}`,
  ko: `'Apple SD Gothic Neo','Malgun Gothic','Noto Sans KR','Noto Sans CJK KR',${LATIN}`,
  th: `'Sukhumvit Set','Leelawadee UI','Noto Sans Thai',${LATIN}`,
};

/** Describes a poster for a title, in the form that `drawPicture` understands. */
export function describePicture(title: string): string {
  const { name } = paletteOf(title);
  return `A calm poster in ${name}: one large letter ${initialOf(title)}, and under it the title “${title.slice(0, MAX_TITLE_LENGTH)}”.`;
}

/**
 * Draws the poster of a description as SVG of 512 × 512: only shapes and text. Browsers use their own fonts for it, so
 * every script is shown. The same description gives the same picture.
 */
export function drawPicture(description: string): string {
  const title = plain((/“([\s\S]*)”/.exec(description)?.[1] ?? description).slice(0, MAX_TITLE_LENGTH));
  const language = languageOf(title);
  const { ground, shape, mark, ink } = paletteOf(title);
  const { size, lines } = setTitle(title, language);
  const first = FOOT - (lines.length - 1) * size * LINE_HEIGHT;
  const isRightToLeft = /^[^\p{L}]*[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(title);
  const x = isRightToLeft ? SIDE - MARGIN : MARGIN;
  const rows = lines.map(
    (line, n) => `<tspan x="${x}" y="${round(first + n * size * LINE_HEIGHT)}">${escaped(line)}</tspan>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" xml:lang="${language}" width="${SIDE}" height="${SIDE}" viewBox="0 0 ${SIDE} ${SIDE}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${SIDE}" height="${SIDE}" fill="${ground}"/>`,
    shapeOf(seedOf(title), shape),
    `<g font-family="${FONTS[language]}" font-weight="700"${isRightToLeft ? ' direction="rtl"' : ""}>`,
    `<text x="${x - (isRightToLeft ? -8 : 8)}" y="232" font-size="236" fill="${mark}">${escaped(initialOf(title))}</text>`,
    `<text font-size="${size}" fill="${ink}">${rows.join("")}</text>`,
    "</g></svg>",
  ].join("");
}

/** The largest size in which the title fits; if it fits in none, it is cut. */
function setTitle(title: string, language: Language): { size: number; lines: string[] } {
  const set = (size: number) => ({
    size,
    lines: wrap(title, language, (SIDE - 2 * MARGIN) / size),
    most: Math.floor((TITLE_HEIGHT - size) / (size * LINE_HEIGHT)) + 1,
  });
  for (const size of SIZES) {
    const fitting = set(size);
    if (fitting.lines.length <= fitting.most) return fitting;
  }
  const { size, lines, most } = set(SMALLEST);
  return {
    size,
    lines: [
      ...lines.slice(0, most - 1),
      `${lettersOf(lines[most - 1]!)
        .slice(0, -1)
        .join("")}…`,
    ],
  };
}

/** One large plain shape behind the letter. */
function shapeOf(seed: Buffer, fill: string): string {
  const shift = Math.round((seed[2]! / 255) * 60);
  switch (seed[1]! % 5) {
    case 0:
      return `<circle cx="${330 + shift}" cy="${120 + shift}" r="210" fill="${fill}"/>`;
    case 1:
      return `<path d="M${180 + shift} 262V200a130 130 0 0 1 260 0v62z" fill="${fill}"/>`;
    case 2:
      return `<path d="M0 ${210 + shift / 2}C150 ${90 + shift} 330 ${90 + shift} ${SIDE} ${190 - shift / 2}V262H0z" fill="${fill}"/>`;
    case 3:
      return [0, 1, 2, 3]
        .map(
          (n) =>
            `<rect x="${200 + n * 78}" y="${200 - n * 50 - shift / 3}" width="78" height="${62 + n * 50 + shift / 3}" fill="${fill}"/>`,
        )
        .join("");
    default:
      return [190, 130, 70]
        .map(
          (r) =>
            `<circle cx="${350 + shift}" cy="140" r="${r}" fill="none" stroke="${fill}" stroke-width="28"/>`,
        )
        .join("");
  }
}

/** The first letter of the first word that carries a topic; in Japanese and related scripts, a whole character. */
function initialOf(title: string): string {
  const text = plain(title);
  const topics = rulesOf(languageOf(text))?.topicsOf(text);
  const words = wordsOf(text);
  const word = topics ? [...topics][0] : words.find((one) => !isStopWord(one));
  return (lettersOf(word ?? words[0] ?? text)[0] ?? "…").toUpperCase();
}

const paletteOf = (title: string): Palette => PALETTES[seedOf(plain(title))[0]! % PALETTES.length]!;
const seedOf = (text: string): Buffer => createHash("sha256").update(text).digest();
const round = (n: number): number => Math.round(n * 10) / 10;

/** Text that is valid in XML, on one line: no control characters, and no half of a surrogate pair. */
const plain = (text: string): string =>
  text.replace(/[^\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]+/gu, " ").trim();

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (one) => ENTITIES[one]!);
