/** The arguments of `npm run bench -- …`. */
export interface Command {
  /** In the order in which they were named; empty: all. */
  readonly rows: readonly string[];
  readonly runs: number;
  readonly quick: boolean;
  /** The folder of another checkout, which is measured in turn with this one. */
  readonly against?: string;
}

export const usage = "usage: npm run bench -- [row …] [--runs N] [--quick] [--against DIR]";

/** Reads the arguments; undefined when they are not as in `usage`. */
export function readCommand(args: readonly string[]): Command | undefined {
  const rows: string[] = [];
  let quick = false;
  let runs: number | undefined;
  let against: string | undefined;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--quick") quick = true;
    else if (arg === "--runs") {
      runs = Number(args[++i]);
      if (!Number.isInteger(runs) || runs < 1 || runs > 100) return undefined;
    } else if (arg === "--against") {
      against = args[++i];
      if (!against || against.startsWith("-")) return undefined;
    } else if (/^[a-z][a-z0-9-]*$/.test(arg)) rows.push(arg);
    else return undefined;
  }
  return { rows, quick, runs: runs ?? (quick ? 1 : 5), ...(against ? { against } : {}) };
}
