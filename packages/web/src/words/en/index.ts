import { account } from "./account.ts";
import { common } from "./common.ts";
import { form } from "./form.ts";
import { frame } from "./frame.ts";
import { outcomes } from "./outcomes.ts";
import { progress } from "./progress.ts";
import { question } from "./question.ts";
import { shell } from "./shell.ts";
import { videos } from "./videos.ts";
import { viewer } from "./viewer.ts";

/** The texts in English that any page may show. */
export const en = {
  account,
  common,
  form,
  frame,
  outcomes,
  progress,
  question,
  shell,
  videos,
  viewer,
};

/** What any page may show in one language, by the part of the page that shows it. */
export type Texts = typeof en;
