import type { Texts } from "../en/index.ts";

/** Texts of the creator's page around its question: inbox, lists, starting. */
export const frame: Texts["frame"] = {};
