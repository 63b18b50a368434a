import type { Child, Commands } from "./children/child.ts";
import type { Service } from "./service/service.ts";

/** One row of the bench: a module `rows/<name>.ts` exports these. */
export interface Row {
  /** Its name in `npm run bench -- <name>`, with which every figure's name begins. */
  readonly name: string;
  /** Its figures are computed, so one run is enough. */
  readonly computed?: boolean;
  /** It can be measured against another checkout. */
  readonly against?: boolean;
  run(context: Context): Promise<Figures>;
}

/** What a row is run with. */
export interface Context {
  /** How often each thing is measured; a figure is the median. */
  readonly runs: number;
  /** Tiny sizes, to try the bench itself: the figures mean nothing. */
  readonly quick: boolean;
  /** Prints the row's progress. */
  say(line: string): void;
  /** Starts a process from `bench/processes`; it is ended with the row, if not before. */
  start<C extends Commands>(process: string): Promise<Child<C>>;
  /** The other checkout that is measured in turn with this one, if there is one. */
  readonly against?: Checkout;
  /**
   * Starts Callboard as `npm start` runs it, of this checkout or the other, on an empty folder unless one is given; it is
   * ended with the row, if not before.
   */
  serve(side: Side, folder?: string): Promise<Service>;
}

/** Whose service is measured: this checkout's, or that of the one it is compared with. */
export type Side = "here" | "before";

/** Another checkout of Callboard, with its own libraries. */
export interface Checkout {
  readonly root: string;
  /** What it is called in results: its commit. */
  readonly label: string;
}

/** The results of a row. */
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
  /** The two absolute values of the ratio. */
  readonly detail?: string;
  readonly goal?: Goal;
  readonly before?: Before;
}

/** The earlier value of a figure, with its unit. */
export interface Before {
  readonly text: string;
  /** Where that was measured or computed. */
  readonly from: string;
}

/** Whether a figure reaches its goal, compared as it is printed; undefined without one. */
export function isMet({ value, goal }: Pick<Figure, "value" | "goal">): boolean | undefined {
  if (!goal) return undefined;
  return "atMost" in goal ? value <= goal.atMost : value >= goal.atLeast;
}
