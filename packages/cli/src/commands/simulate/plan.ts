/** All numbers of a simulation. */
export interface Plan {
  readonly channels: number;
  /** The total number; each follows one channel and its videos. */
  readonly viewers: number;
  /** The length of the broadcasts as written; playing them takes this long divided by `pace`. */
  readonly minutes: number;
  /** How many times faster than written the broadcasts are played. */
  readonly pace: number;
  /** The same seed writes the same broadcasts. */
  readonly seed: number;
  /** Distinguishes the channels and videos of this run from those of other runs. */
  readonly run: string;
}

/** The plan's options at the command line, as typed. */
export type PlanOptions = Readonly<
  Partial<Record<"channels" | "viewers" | "minutes" | "pace" | "seed", string>>
>;

/** The minimum, the maximum and the default of each number. */
const bounds = {
  channels: { least: 1, most: 200, usual: 50, whole: true },
  viewers: { least: 1, most: 5_000, usual: 2_000, whole: true },
  minutes: { least: 0.5, most: 60, usual: 5, whole: false },
  pace: { least: 1, most: 60, usual: 1, whole: false },
  seed: { least: 0, most: 999_999_999, usual: 1, whole: true },
} as const;

/** Reads a plan, or explains in one line which number is out of range. */
export function readPlan(options: PlanOptions, run: string): Plan | { readonly misuse: string } {
  const numbers: Record<string, number> = {};
  for (const [name, { least, most, usual, whole }] of Object.entries(bounds)) {
    const text = options[name as keyof PlanOptions] ?? String(usual);
    const number = /^\d{1,9}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
    if (!(number >= least && number <= most) || (whole && !Number.isInteger(number)))
      return { misuse: `--${name} must be a ${whole ? "whole " : ""}number from ${least} to ${most}` };
    numbers[name] = number;
  }
  return { ...(numbers as unknown as Record<keyof typeof bounds, number>), run };
}
