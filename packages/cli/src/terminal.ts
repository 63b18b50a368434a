/** What a command sees of the terminal that it was called from. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A line, or several, of what was asked for. */
  print(text: string): void;
  /** A line beside it: what went wrong, or should be known. */
  warn(text: string): void;
  /** What somebody answers; undefined when there is nobody. */
  ask(question: string): Promise<string | undefined>;
}

/** How a command ended: done, not done for a reason that was told, or not understood. */
export type Ended = "done" | "failed" | { readonly misuse: string };

/** The options of commands; each command takes those that it names. */
export interface Options {
  readonly json?: true;
  readonly yes?: true;
}
