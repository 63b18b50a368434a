import { account } from "./account.ts";
import { common } from "./common.ts";
import { form } from "./form.ts";
import { frame } from "./frame.ts";
import { outcomes } from "./outcomes.ts";
import { progress } from "./progress.ts";
import { question } from "./question.ts";
import { shell } from "./shell.ts";
import { theatre } from "./theatre.ts";
import { videos } from "./videos.ts";
import { viewer } from "./viewer.ts";

/** All texts in English. */
export const en = {
  account,
  common,
  form,
  frame,
  outcomes,
  progress,
  question,
  shell,
  theatre,
  videos,
  viewer,
};

/** All texts of the pages in one language, by the part of the page that shows them. */
export type Texts = typeof en;
