import { countText } from "../plural.ts";

/** Texts of the viewer's page. */
export const viewer = {
  page: "Viewer",
  all: "All videos",

  list: {
    heading: "Videos",
    now: "Now",
    earlier: "Earlier",
    looking: "Looking…",
    none: "There is none yet.",
    noneMore: "As soon as somebody starts one, it appears here by itself.",
    nothingNow: "Nothing is under way.",
    noMatch: (text: string) => `No recent video is called ${text}.`,
    refused: "The list is for those who may watch every video.",
    refusedMore: "Name the video that you were told of, or open the link that you were given.",
    failed: "The list could not be followed just now. Load the page again.",
    most: (count: number) => `These are the ${countText("en", count)} that began last.`,
  },

  open: {
    label: "Find one, or open it by its name",
    placeholder: "Title or name, such as v_1",
    button: "Open",
    notAName: "A video's name looks like v_1.",
  },

  stepsDone: (done: number, all: number) => `${done} of ${all} steps`,
  notBegun: "Not begun yet.",
  untold: "Loading…",

  unknown: {
    heading: (name: string) => `Nothing is known of ${name}`,
    text: "Nobody has reported anything about it so far. Either it has not begun, or there is no such video: the name may be mistyped, or it was removed.",
    live: "If it begins, it appears here by itself.",
  },
  mayNot: "You may not watch this video.",
  mayNotMore: "Your link is for other videos. Ask whoever gave it to you for another.",

  /** What an end that was none means for those who watch. */
  failed: "Its owners see why, and may try it again. If it goes on, so does this page.",
  stopped: "Its owners may have it go on from there. If they do, so does this page.",

  video: "The video",
  captions: "Captions",
  videoLoading: "Loading the video…",
  videoGone: "The video cannot be played just now. It may have been removed, or your browser cannot play it.",
  tryAgain: "Try again",

  embed: { none: "This frame names no video: its address ends with #/v/ and the video's name." },
};
