/** The value in the middle; of an even number the mean of the two there. */
export function median(values: readonly number[]): number {
  return (quantile(values, 0.5, "lower") + quantile(values, 0.5, "upper")) / 2;
}

/** The value below which this share of the values lies, by the nearest rank. */
export function quantile(
  values: readonly number[],
  share: number,
  rank: "lower" | "upper" = "upper",
): number {
  if (values.length === 0) throw new Error("nothing was measured");
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * sorted.length;
  const index = rank === "upper" ? Math.floor(place) : Math.ceil(place) - 1;
  return sorted[Math.min(sorted.length - 1, Math.max(0, index))]!;
}
