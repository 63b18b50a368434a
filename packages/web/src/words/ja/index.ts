import type { Texts } from "../en/index.ts";
import { common } from "./common.ts";
import { frame } from "./frame.ts";
import { question } from "./question.ts";
import { theatre } from "./theatre.ts";
import { viewer } from "./viewer.ts";

/** All texts in Japanese. */
export const ja: Texts = { common, frame, question, theatre, viewer };
