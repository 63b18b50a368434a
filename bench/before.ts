import { readFileSync } from "node:fs";
import type { UseCaseCost } from "./pricing/use-case-costs.ts";
import type { Before } from "./row.ts";

/** How things stood before a subject was one row. */
export interface Former {
  /** By the names of figures: those that were measured, with where they stand. */
  readonly figures: Readonly<Record<string, Before>>;
  /** Milliseconds of a processor that a call took, where an event's were measured and shared among its calls. */
  readonly cpuMsACall: number;
  /** The calls of each use case, as `costs.json` held them; prices of them are computed anew. */
  readonly useCases: Readonly<Record<string, UseCaseCost>>;
}

/** Reads `before.json`. */
export const readBefore = (): Former =>
  JSON.parse(readFileSync(new URL("before.json", import.meta.url), "utf8")) as Former;
