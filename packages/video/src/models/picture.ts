import { createHash } from "node:crypto";
import { PNG } from "pngjs";
import { lampsOf } from "./glyphs.ts";
import { isStopWord, wordsOf } from "./words.ts";

type Colour = readonly [red: number, green: number, blue: number];

/** Grounds and lights of one picture, with the word that a description has for them. */
const PALETTES: readonly { name: string; top: Colour; bottom: Colour; shape: Colour; light: Colour }[] = [
  {
    name: "plum and gold",
    top: [64, 24, 60],
    bottom: [156, 52, 84],
    shape: [48, 16, 48],
    light: [255, 214, 122],
  },
  {
    name: "navy and coral",
    top: [18, 32, 72],
    bottom: [64, 84, 148],
    shape: [12, 22, 52],
    light: [255, 170, 142],
  },
  {
    name: "teal and amber",
    top: [8, 66, 74],
    bottom: [36, 140, 132],
    shape: [6, 48, 56],
    light: [255, 203, 107],
  },
  {
    name: "forest and cream",
    top: [22, 58, 40],
    bottom: [86, 132, 82],
    shape: [14, 40, 30],
    light: [250, 240, 202],
  },
  {
    name: "rust and sand",
    top: [112, 40, 26],
    bottom: [206, 112, 62],
    shape: [82, 28, 20],
    light: [255, 233, 190],
  },
  {
    name: "slate and mint",
    top: [38, 46, 58],
    bottom: [92, 108, 126],
    shape: [26, 32, 42],
    light: [176, 245, 208],
  },
];
const MOTIFS = ["curtains", "hills", "waves", "rings", "rays"] as const;
type Motif = (typeof MOTIFS)[number];

const SIDE = 512;
/** Distance between two lamps of the letter, and a lamp's radius, in pixels. */
const LAMP_GAP = 44;
const LAMP_RADIUS = 15;
const HALO_END = 80;

/** Describes a picture for a title in the words that `drawPicture` understands. */
export function describePicture(title: string): string {
  const seed = seedOf(title);
  const palette = PALETTES[seed[0]! % PALETTES.length]!;
  const motif = MOTIFS[seed[1]! % MOTIFS.length]!;
  const letter = initialOf(title);
  return `A simple, friendly square illustration in ${palette.name}: soft ${motif} and, in the middle, the letter ${letter} made of glowing lamps like those of a theatre sign, for a video called “${title}”.`;
}

/** Draws a PNG of 512 × 512 pixels; the same description gives the same picture. */
export function drawPicture(description: string): Buffer {
  const seed = seedOf(description);
  const palette =
    PALETTES.find(({ name }) => description.includes(name)) ?? PALETTES[seed[0]! % PALETTES.length]!;
  const motif = MOTIFS.find((name) => description.includes(name)) ?? MOTIFS[seed[1]! % MOTIFS.length]!;
  const letter = /\bletter ([\p{L}\p{N}])(?![\p{L}\p{N}])/u.exec(description)?.[1] ?? initialOf(description);
  const shade = shadeOf(motif, seed);
  const lamps = lampsOf(letter).map(
    ([x, y]) => [256 + (x - 2) * LAMP_GAP, 256 + (y - 3) * LAMP_GAP] as const,
  );
  const png = new PNG({ width: SIDE, height: SIDE, colorType: 2 });
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const ground = mix(palette.top, palette.bottom, (0.35 * x + 0.65 * y) / SIDE);
      const shaped = mix(ground, palette.shape, 0.75 * shade(x, y));
      const [red, green, blue] = mix(shaped, palette.light, glow(lamps, x, y));
      const at = (y * SIDE + x) * 4;
      png.data[at] = red;
      png.data[at + 1] = green;
      png.data[at + 2] = blue;
      png.data[at + 3] = 255;
    }
  }
  return PNG.sync.write(png, { colorType: 2, filterType: 1 });
}

/** How much of the motif's dark lies on a point, 0 to 1. */
function shadeOf(motif: Motif, seed: Buffer): (x: number, y: number) => number {
  const phase = (seed[2]! / 255) * Math.PI * 2;
  const stretch = 0.8 + (seed[3]! / 255) * 0.5;
  switch (motif) {
    case "curtains":
      return (x) => {
        const edge = Math.min(x, SIDE - x);
        return smooth(150 - edge, 30) * (0.55 + 0.45 * Math.sin((edge / 15) * stretch + phase));
      };
    case "hills":
      return (x, y) =>
        [0, 1, 2]
          .map((n) =>
            smooth(y - (350 + 50 * n + 36 * Math.sin((x / (90 + 30 * n)) * stretch + phase + 2 * n)), 2),
          )
          .reduce((sum, one) => sum + one / 3, 0);
    case "waves":
      return (x, y) =>
        smooth(Math.sin(y / 22 + 1.4 * Math.sin((x / 70) * stretch + phase)), 0.12) * (y / SIDE);
    case "rings":
      return (x, y) => smooth(Math.sin((Math.hypot(x - 256, y - 256) / 20) * stretch + phase), 0.15) * 0.6;
    case "rays":
      return (x, y) =>
        smooth(Math.sin(Math.round(9 * stretch) * Math.atan2(y - 540, x - 256) + phase), 0.1) * 0.6;
  }
}

/** The light of the lamps on a point: full within a lamp, and a halo around it. */
function glow(lamps: readonly (readonly [number, number])[], x: number, y: number): number {
  let square = Number.POSITIVE_INFINITY;
  for (const [cx, cy] of lamps) square = Math.min(square, (x - cx) ** 2 + (y - cy) ** 2);
  if (square > HALO_END ** 2) return 0;
  return Math.max(smooth(LAMP_RADIUS - Math.sqrt(square), 1.5), 0.35 * Math.exp(-square / 26 ** 2));
}

/** 0 below the edge, 1 above it, and a soft step `width` wide on each side. */
function smooth(distance: number, width: number): number {
  const t = Math.min(1, Math.max(0, 0.5 + distance / (2 * width)));
  return t * t * (3 - 2 * t);
}

function mix(from: Colour, to: Colour, share: number): Colour {
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ];
}

function initialOf(text: string): string {
  const words = wordsOf(text);
  const word = words.find((one) => !isStopWord(one)) ?? words[0] ?? "*";
  return [...word][0]!.toUpperCase();
}

function seedOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
