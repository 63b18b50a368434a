import type { Child, Commands } from "./children/child.ts";

/** One row of the bench: a module `rows/<name>.ts` exports these. */
export interface Row {
  /** What `npm run bench -- <name>` calls it; every figure's name begins with it. */
  readonly name: string;
  /** Its figures are computed: to run it more than once would change nothing. */
  readonly computed?: boolean;
  run(context: Context): Promise<Figures>;
}

/** What a row is run with. */
export interface Context {
  /** How often each thing is measured; a figure is the median of so many. */
  readonly runs: number;
  /** Tiny sizes, to try the bench itself: the figures mean nothing. */
  readonly quick: boolean;
  /** Says how far the row has come. */
  say(line: string): void;
  /** Starts a process from `bench/processes`; it is ended with the row, if not before. */
  start<C extends Commands>(process: string): Promise<Child<C>>;
}

/** What a row has found. */
export interface Figures {
  readonly figures: readonly Figure[];
  /** Markdown that `RESULTS.md` shows below the row's figures; its headings begin at the fourth level. */
  readonly notes?: string;
}

export type Goal = { readonly atMost: number } | { readonly atLeast: number };

/** One measured quantity. */
export interface Figure {
  /** Stable: `sender.lean_over_sdk`. */
  readonly name: string;
  /** In a few words, for the table. */
  readonly what: string;
  /** `×` for a ratio, else `ms`, `µs`, `KB` and the like. */
  readonly unit: string;
  /** The median of the runs, the lowest and the highest. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** What the ratio is of, in absolute terms. */
  readonly detail?: string;
  readonly goal?: Goal;
}

/** Whether a figure reaches its goal, compared as it is printed; undefined without one. */
export function isMet({ value, goal }: Pick<Figure, "value" | "goal">): boolean | undefined {
  if (!goal) return undefined;
  return "atMost" in goal ? value <= goal.atMost : value >= goal.atLeast;
}
