import { common } from "./common.ts";
import { frame } from "./frame.ts";
import { outcomes } from "./outcomes.ts";
import { progress } from "./progress.ts";
import { question } from "./question.ts";
import { theatre } from "./theatre.ts";
import { viewer } from "./viewer.ts";

/** All texts in English. */
export const en = { common, frame, outcomes, progress, question, theatre, viewer };

/** All texts of the pages in one language, by the part of the page that shows them. */
export type Texts = typeof en;
