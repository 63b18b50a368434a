import type { Figure } from "./row.ts";
import { median } from "./statistics.ts";

type Words = Pick<Figure, "name" | "what"> & Partial<Pick<Figure, "detail" | "goal" | "before">>;

/** A quantity as each run has measured it. */
export function quantity(words: Words & { readonly unit: string }, runs: readonly number[]): Figure {
  return { ...words, value: median(runs), low: Math.min(...runs), high: Math.max(...runs) };
}

/** How many times `of` is `over`: each run's own ratio, so that what disturbs both cancels. */
export function ratio(
  words: Words,
  of: readonly number[],
  over: readonly number[],
  unit: (value: number) => string = short,
): Figure {
  const detail = words.detail ?? `${unit(median(of))} over ${unit(median(over))}`;
  return quantity(
    { ...words, unit: "×", detail },
    of.map((value, run) => value / over[run]!),
  );
}

/** Three significant digits, or all digits before the decimal point: `0.0123`, `4.56`, `789`, `12,345`. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const digits = Math.abs(value) >= 100 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: 0 });
}

/** A figure's value with its unit, as tables show it. */
export const told = ({ value, unit }: Pick<Figure, "value" | "unit">): string =>
  unit === "$" ? `$${short(value)}` : `${short(value)} ${unit}`.trimEnd();

/** Formats values of one unit, as `short` does, with the unit. */
export const inUnit =
  (unit: string) =>
  (value: number): string =>
    `${short(value)} ${unit}`;
