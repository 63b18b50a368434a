import { readFileSync } from "node:fs";
import type { UseCaseCost } from "./pricing/use-case-costs.ts";
import type { Before } from "./row.ts";

/** The measurements from before a subject was one row. */
export interface Former {
  /** The measured figures, by name, each with its source. */
  readonly figures: Readonly<Record<string, Before>>;
  /** Processor time of one call in milliseconds: that of an event, divided by its calls. */
  readonly cpuMsACall: number;
  /** The calls of each use case, as `costs.json` had them; their prices are computed again. */
  readonly useCases: Readonly<Record<string, UseCaseCost>>;
}

/** Reads `before.json`. */
export const readBefore = (): Former =>
  JSON.parse(readFileSync(new URL("before.json", import.meta.url), "utf8")) as Former;
