/** An example of PROTOCOL.md, by the info string of its block: `json <kind> [violation:<what>]`. */
export interface Example {
  /** The line on which the block begins, from 1. */
  readonly line: number;
  readonly kind: string;
  /** What the example breaks: an error code, or the path of a field. */
  readonly violation?: string;
  readonly value: unknown;
}

/** Every ```json block of a Markdown text. Throws, naming the line, on one without a kind or that is not JSON. */
export function examplesOf(markdown: string): Example[] {
  const lines = markdown.split("\n");
  const starts = lines.flatMap((text, i) => (text.startsWith("```json") ? [i] : []));
  return starts.map((start) => {
    const end = lines.indexOf("```", start + 1);
    const [kind, violation] = (lines[start] ?? "").slice("```json ".length).split(/ violation:/);
    if (!kind || end < 0) throw new Error(`line ${start + 1}: a json block names its kind and ends`);
    const text = lines.slice(start + 1, end).join("\n");
    return { line: start + 1, kind, ...(violation ? { violation } : {}), value: parse(text, start + 1) };
  });
}

function parse(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`line ${line}: not JSON`, { cause });
  }
}

/** The cells of every table row below a heading, up to the next heading; backquotes are taken off the first cell. */
export function rowsUnder(markdown: string, heading: string): string[][] {
  const lines = markdown.split("\n");
  const start = lines.indexOf(heading);
  if (start < 0) throw new Error(`there is no heading ${heading}`);
  const after = lines.slice(start + 1);
  const end = after.findIndex((line) => line.startsWith("#"));
  return after
    .slice(0, end < 0 ? undefined : end)
    .filter((line) => line.startsWith("| ") && !/^[| :-]+$/.test(line))
    .map((line) => line.split(/(?<!\\)\|/).slice(1, -1))
    .map((cells) => cells.map((cell, i) => (i === 0 ? cell.trim().replaceAll("`", "") : cell.trim())));
}
