import { readFile, writeFile } from "node:fs/promises";
import type { Machine } from "./machine.ts";
import type { Figure, Figures } from "./row.ts";
import { isMet } from "./row.ts";
import { placeOf } from "./rows.ts";

/** The content of `results.json`: figures by name, and how each row was measured. */
export interface Results {
  readonly figures: Readonly<Record<string, Omit<Figure, "name"> & { readonly met?: boolean }>>;
  readonly rows: Readonly<Record<string, RowResults>>;
}

export interface RowResults {
  /** The day, as `2026-01-31`. */
  readonly measured: string;
  /** How often; absent where nothing was measured. */
  readonly runs?: number;
  readonly machine: Machine;
  readonly notes?: string;
}

export const noResults: Results = { figures: {}, rows: {} };

/** Replaces a row's old results with new ones; those of other rows stay. */
export function withRow(
  results: Results,
  name: string,
  { figures, notes }: Figures,
  how: Omit<RowResults, "notes">,
): Results {
  const others = Object.entries(results.figures).filter(([figure]) => rowOf(figure) !== name);
  const own = figures.map(({ name: figure, ...rest }) => [figure, kept(rest)] as const);
  const byPlace = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) =>
    placeOf(rowOf(a)) - placeOf(rowOf(b));
  const rows = { ...results.rows, [name]: { ...how, ...(notes === undefined ? {} : { notes }) } };
  return {
    figures: Object.fromEntries([...others, ...own].sort(byPlace)),
    rows: Object.fromEntries(Object.entries(rows).sort(([a], [b]) => placeOf(a) - placeOf(b))),
  };
}

/** The figures of one row, in their order. */
export const figuresOf = ({ figures }: Results, row: string): Figure[] =>
  Object.entries(figures)
    .filter(([name]) => rowOf(name) === row)
    .map(([name, { met: _, ...figure }]) => ({ name, ...figure }));

const rowOf = (figure: string): string => figure.split(".", 1)[0]!;

function kept({ value, low, high, unit, ...words }: Omit<Figure, "name">): Results["figures"][string] {
  const digits = (number: number) => Number(number.toPrecision(4));
  const met = isMet({ value, ...words });
  return {
    value: digits(value),
    low: digits(low),
    high: digits(high),
    unit,
    ...words,
    ...(met === undefined ? {} : { met }),
  };
}

const file = new URL("results.json", import.meta.url);

/** The earlier results; empty the first time. */
export async function readResults(): Promise<Results> {
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return undefined;
    throw cause;
  });
  return text === undefined ? noResults : (JSON.parse(text) as Results);
}

/** Writes `results.json`, and `RESULTS.md` for people. */
export async function writeResults(results: Results, markdown: string): Promise<void> {
  await writeFile(file, `${JSON.stringify(results, undefined, 2)}\n`);
  await writeFile(new URL("RESULTS.md", import.meta.url), markdown);
}
