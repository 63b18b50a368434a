import type { Texts } from "../en/index.ts";

/** Texts of what stands on more than one page, and in sentences that the model makes. */
export const common: Texts["common"] = {};
