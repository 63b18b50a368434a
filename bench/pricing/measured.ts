import { readFileSync } from "node:fs";
import type { Results } from "../results.ts";

const file = new URL("../results.json", import.meta.url);

/** A measured figure from `results.json`; undefined if it was not measured yet. */
export const measured = (figure: string): number | undefined =>
  (JSON.parse(readFileSync(file, "utf8")) as Results).figures[figure]?.value;
