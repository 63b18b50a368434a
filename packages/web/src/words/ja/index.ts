import type { Texts } from "../en/index.ts";
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

/** The texts in Japanese that any page may show. */
export const ja: Texts = {
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
