import type { Texts } from "../en/index.ts";

/** Texts of a question and the ways to answer it. */
export const question: Texts["question"] = {};
