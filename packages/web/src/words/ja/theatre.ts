import type { Texts } from "../en/index.ts";

/** Texts of the first page. */
export const theatre: Texts["theatre"] = {};
