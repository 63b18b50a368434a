import type { Person } from "@callboard/protocol";

/** The terminal of a command. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Prints a line, or several, of the result. */
  print(text: string): void;
  /** Prints a warning or an error, separate from the result. */
  warn(text: string): void;
  /** Asks the user; undefined when nobody can answer. */
  ask(question: string): Promise<string | undefined>;
  /** Reads the whole standard input. */
  readInput(): Promise<string>;
}

/** How a command ended: done, failed with a reason that was printed, or wrong usage. */
export type Ended = "done" | "failed" | { readonly misuse: string };

/** The options of all commands; each command uses those that it names. */
export interface Options {
  readonly json?: true;
  readonly yes?: true;
  readonly tokenFile?: string;
  readonly patience?: string;
}

/**
 * Control characters, and those that change a text's direction or line: a terminal must not interpret them.
 */
const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Text from people or events in a form that a terminal can show safely, in one line. */
export const printable = (text: string): string =>
  text.replace(unsafe, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Text in quotation marks, as in JSON. */
export const quoted = (text: string): string => printable(JSON.stringify(text));

/** A person, as a line names them. */
export const nameOf = ({ id, name }: Person): string =>
  id === "system" || id === name ? printable(id) : printable(`${name} (${id})`);

/** Rows of cells as lines, each column as wide as its widest cell; empty columns are left out. */
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
