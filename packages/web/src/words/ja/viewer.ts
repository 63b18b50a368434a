import type { Texts } from "../en/index.ts";

/** Texts of the viewer's page. */
export const viewer: Texts["viewer"] = {};
