import type { Texts } from "../en/index.ts";
import { common } from "./common.ts";
import { frame } from "./frame.ts";
import { outcomes } from "./outcomes.ts";
import { progress } from "./progress.ts";
import { question } from "./question.ts";
import { theatre } from "./theatre.ts";
import { viewer } from "./viewer.ts";

/** All texts in Japanese. */
export const ja: Texts = { common, frame, outcomes, progress, question, theatre, viewer };
