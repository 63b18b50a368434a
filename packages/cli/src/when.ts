/** A time in UTC, to the second. */
export const timeOf = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace("T", " ")}Z`;

const units: readonly (readonly [string, number])[] = [
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
];

/** A duration in its two largest units, such as `3h 5m`; `0s` for less than a second, and for the future. */
export function spanOf(ms: number): string {
  let left = Math.max(0, Math.floor(ms / 1000));
  const parts: string[] = [];
  for (const [unit, seconds] of units) {
    const count = Math.floor(left / seconds);
    left -= count * seconds;
    if (count > 0 || (unit === "s" && parts.length === 0)) parts.push(`${count}${unit}`);
    if (parts.length === 2 || (parts.length === 1 && count === 0)) break;
  }
  return parts.join(" ");
}
