/** All numbers of a simulation. */
export interface Plan {
  readonly channels: number;
  /** All of them together; each follows one channel and its videos. */
  readonly viewers: number;
  /** How long the broadcasts take as they are written: `pace` times as long as they are played. */
  readonly minutes: number;
  /** How many times faster than they are written the broadcasts are played. */
  readonly pace: number;
  /** The same seed writes the same broadcasts. */
  readonly seed: number;
  /** What tells the channels and videos of this run from those of another. */
  readonly run: string;
}

/** What may be said of a plan at the command line, as it is said. */
export type PlanOptions = Readonly<
  Partial<Record<"channels" | "viewers" | "minutes" | "pace" | "seed", string>>
>;

/** The least and the most of each number, and what it is unless told. */
const bounds = {
  channels: { least: 1, most: 200, usual: 50, whole: true },
  viewers: { least: 1, most: 5_000, usual: 2_000, whole: true },
  minutes: { least: 0.5, most: 60, usual: 5, whole: false },
  pace: { least: 1, most: 60, usual: 1, whole: false },
  seed: { least: 0, most: 999_999_999, usual: 1, whole: true },
} as const;

/** Reads a plan, or says in one line which number cannot be. */
export function readPlan(options: PlanOptions, run: string): Plan | { readonly misuse: string } {
  const numbers: Record<string, number> = {};
  for (const [name, { least, most, usual, whole }] of Object.entries(bounds)) {
    const text = options[name as keyof PlanOptions] ?? String(usual);
    const number = /^\d{1,9}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
    if (!(number >= least && number <= most) || (whole && !Number.isInteger(number)))
      return { misuse: `--${name} is a ${whole ? "whole " : ""}number from ${least} to ${most}` };
    numbers[name] = number;
  }
  return { ...(numbers as unknown as Record<keyof typeof bounds, number>), run };
}
