/** Rows of cells as lines, each column as wide as its widest cell; columns that are empty throughout are left out. */
export function inColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .filter((_, i) => widths[i])
      .join("  ")
      .trimEnd(),
  );
}
