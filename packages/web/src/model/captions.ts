/** One caption: times in milliseconds from the start of the recording. */
export interface Cue {
  startMs: number;
  endMs: number;
  text: string;
}

const mostCues = 20_000;
const timing =
  /^(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{3})\s+-->\s+(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{3})/;

/** Reads WebVTT or SubRip; what is not a caption is skipped, and the first 20,000 are kept. */
export function parseCaptions(text: string): Cue[] {
  const cues: Cue[] = [];
  const blocks = text
    .replace(/^\uFEFF/, "")
    .replace(/\r\n?/g, "\n")
    .split(/\n{2,}/);
  for (const block of blocks) {
    if (cues.length >= mostCues) break;
    const lines = block.split("\n");
    const at = lines.findIndex((line) => timing.test(line.trim()));
    if (at < 0 || at > 1) continue;
    const [, h1, m1, s1, f1, h2, m2, s2, f2] = timing.exec(lines[at]!.trim())!;
    const words = plainText(lines.slice(at + 1).join("\n"));
    if (words !== "") cues.push({ startMs: ms(h1, m1, s1, f1), endMs: ms(h2, m2, s2, f2), text: words });
  }
  return cues;
}

const ms = (h = "0", m = "0", s = "0", f = "0") =>
  ((Number(h) * 60 + Number(m)) * 60 + Number(s)) * 1000 + Number(f);

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", nbsp: " ", lrm: "", rlm: "" };
const plainText = (text: string) =>
  text
    .replace(/<[^>\n]*>/g, "")
    .replace(/&(amp|lt|gt|nbsp|lrm|rlm);/g, (_, name: string) => entities[name] ?? "")
    .trim();

/** The cues as WebVTT, which is what a browser's `<track>` takes. */
export function toVtt(cues: readonly Cue[]): string {
  const escaped = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const blocks = cues.map((cue) => `${stamp(cue.startMs)} --> ${stamp(cue.endMs)}\n${escaped(cue.text)}`);
  return `WEBVTT\n\n${blocks.join("\n\n")}\n`;
}

function stamp(at: number): string {
  const two = (n: number) => String(Math.floor(n)).padStart(2, "0");
  return `${two(at / 3_600_000)}:${two((at / 60_000) % 60)}:${two((at / 1000) % 60)}.${String(at % 1000).padStart(3, "0")}`;
}

/** A stretch of talk: cues put together until a pause of two seconds or half a minute of talk. */
export interface Paragraph {
  startMs: number;
  text: string;
}

/** The captions as running text. */
export function paragraphsOf(cues: readonly Cue[]): Paragraph[] {
  const paragraphs: Paragraph[] = [];
  let endMs = Number.NEGATIVE_INFINITY;
  for (const cue of cues) {
    const text = cue.text.replace(/\s+/g, " ");
    const last = paragraphs.at(-1);
    const whole = last !== undefined && /[.!?…]["”»]?$/.test(last.text);
    if (last && cue.startMs - endMs < 2000 && !(whole && cue.startMs - last.startMs > 30_000))
      last.text += ` ${text}`;
    else paragraphs.push({ startMs: cue.startMs, text });
    endMs = cue.endMs;
  }
  return paragraphs;
}
