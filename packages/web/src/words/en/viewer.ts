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
    refusedMore: "Enter the name of your video, or open your link.",
    failed: "The list could not be followed right now. Load the page again.",
    most: (count: number) => `These are the ${countText("en", count)} that started last.`,
  },

  open: {
    label: "Find one, or open it by its name",
    placeholder: "Title or name, such as v_1",
    button: "Open",
    notAName: "A video's name looks like v_1.",
  },

  stepsDone: (done: number, all: number) => `${done} of ${all} steps`,
  notBegun: "Not started yet.",
  untold: "Loading…",

  unknown: {
    heading: (name: string) => `Nothing is known about ${name}`,
    text: "Nothing has been reported about it so far. Either it has not started, or there is no such video: the name may be wrong, or it was removed.",
    live: "If it starts, it appears here by itself.",
  },
  mayNot: "You may not watch this video.",
  mayNotMore: "Your link is for other videos. Ask for another one.",

  /** What an unsuccessful end means for viewers. */
  failed: "Its owners can see why, and may try it again. Then this page shows it again.",
  stopped: "Its owners may resume it. Then this page shows it again.",

  video: "The video",
  captions: "Captions",
  videoLoading: "Loading the video…",
  videoGone:
    "The video cannot be played right now. It may have been removed, or your browser cannot play it.",
  tryAgain: "Try again",

  embed: { none: "This frame names no video: its address ends with #/v/ and the video's name." },
};
