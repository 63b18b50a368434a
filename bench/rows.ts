import { readdir } from "node:fs/promises";
import type { Row } from "./row.ts";

const order = [
  "sender",
  "calls",
  "push",
  "latency",
  "load",
  "crowd",
  "broadcasts",
  "recovery",
  "start",
  "pages",
  "memory",
  "cost",
  "bundles",
  "sizes",
  "scale",
];

/** The names of all rows, in the order of the table. */
export async function rowNames(): Promise<string[]> {
  const files = await readdir(new URL("rows", import.meta.url), { withFileTypes: true });
  return files
    .filter((file) => file.isFile() && /^[a-z0-9-]+\.ts$/.test(file.name))
    .map((file) => file.name.slice(0, -".ts".length))
    .sort((a, b) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1));
}

export const loadRow = (name: string): Promise<Row> => import(`./rows/${name}.ts`);

/** Rows without a fixed place come last. */
export function placeOf(name: string): number {
  const place = order.indexOf(name);
  return place === -1 ? order.length : place;
}
