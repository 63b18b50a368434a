import type { Person } from "@callboard/protocol";

/** What a command sees of the terminal that it was called from. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A line, or several, of what was asked for. */
  print(text: string): void;
  /** A line beside it: what went wrong, or should be known. */
  warn(text: string): void;
  /** What somebody answers; undefined when there is nobody. */
  ask(question: string): Promise<string | undefined>;
  /** All that comes on the standard input. */
  readInput(): Promise<string>;
}

/** How a command ended: done, not done for a reason that was told, or not understood. */
export type Ended = "done" | "failed" | { readonly misuse: string };

/** The options of commands; each command takes those that it names. */
export interface Options {
  readonly json?: true;
  readonly yes?: true;
  readonly tokenFile?: string;
  readonly patience?: string;
}

/** Control characters, and those that change the direction or the line of a text: a terminal must not obey them. */
const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Somebody's words as a terminal can show them, in one line. */
export const printable = (text: string): string =>
  text.replace(unsafe, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Words in quotation marks, as JSON has them. */
export const quoted = (text: string): string => printable(JSON.stringify(text));

/** A person as a line names them. */
export const nameOf = ({ id, name }: Person): string =>
  id === "system" || id === name ? printable(id) : printable(`${name} (${id})`);

/** Rows of cells as lines, each column as wide as its widest cell; columns that are empty throughout are left out. */
export function inColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .filter((_, i) => widths[i])
      .join("  ")
      .trimEnd(),
  );
}
