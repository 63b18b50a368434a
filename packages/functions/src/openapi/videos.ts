import { notRedrivable, type VideoOperation } from "@callboard/protocol";
import { type About, type Answers, always, FORBIDDEN } from "./requests.ts";

const bad = {
  description: "The id or the body does not fit; `details.issues` name the fields.",
  bodies: ["HttpError"],
} as const;
const tooLarge = { description: "The body is too large.", bodies: ["HttpError", "GatewayError"] } as const;
const otherType = {
  description: "The body is not `application/json` in UTF-8.",
  bodies: ["HttpError"],
} as const;
const notFound = { description: "There is no such video.", bodies: ["HttpError"] } as const;

/** Callers who are refused, besides those without a valid token. */
const refused = (whom: string) =>
  ({ description: `${FORBIDDEN}, or ${whom}.`, bodies: ["HttpError", "GatewayError"] }) as const;

const NO_RIGHT =
  "the caller is a guest, or has no capability that matches the `work:` channel of a new video";
const NOT_THEIRS = "the video belongs to another user";

const tooMany = {
  description:
    "This person has prepared 60 videos within an hour. Or too many requests (the gateway says so).",
  bodies: ["HttpError", "GatewayError"],
  headers: { "Retry-After": "Seconds until another video may be prepared." },
} as const;

const usedBefore = {
  description: "`conflict`: the `uploadId` was used for other files.",
  bodies: ["HttpError"],
} as const;

const started = {
  description: "The video is being processed; it was started now, or before.",
  bodies: ["StartedVideo"],
} as const;

const reasons = Object.entries(notRedrivable)
  .map(([reason, meaning]) => `\`${reason}\`: ${meaning}`)
  .join("; ");

export const videoAnswers: Readonly<Record<VideoOperation, Answers>> = {
  listVideos: {
    200: { description: "The videos that the caller has started.", bodies: ["VideoList"] },
    403: refused("the caller is a guest"),
    ...always,
  },
  prepareVideo: {
    200: { description: "The uploads to make, each with one PUT.", bodies: ["PreparedVideo"] },
    400: bad,
    403: refused(NO_RIGHT),
    409: usedBefore,
    413: tooLarge,
    415: otherType,
    429: tooMany,
    ...always,
  },
  playSample: {
    200: started,
    400: bad,
    403: refused(NO_RIGHT),
    409: usedBefore,
    413: tooLarge,
    415: otherType,
    429: tooMany,
    ...always,
  },
  startVideo: {
    200: started,
    400: bad,
    403: refused(`${NOT_THEIRS}, or ${NO_RIGHT}`),
    404: notFound,
    409: {
      description: "`nothing_uploaded`: a file has not arrived; `details.fileName` names it.",
      bodies: ["HttpError"],
    },
    413: tooLarge,
    415: otherType,
    ...always,
  },
  stopVideo: {
    200: { description: "The run is stopped, or had ended.", bodies: ["VideoSubject"] },
    400: bad,
    403: refused(NOT_THEIRS),
    404: notFound,
    413: tooLarge,
    415: otherType,
    ...always,
  },
  retryVideo: {
    200: { description: "The run continues, or was running already.", bodies: ["VideoSubject"] },
    400: bad,
    403: refused(NOT_THEIRS),
    404: notFound,
    409: {
      description: `\`not_redrivable\`: \`details.reason\` says why. ${reasons}.`,
      bodies: ["HttpError"],
    },
    413: tooLarge,
    415: otherType,
    ...always,
  },
};

export const videosAbout: Readonly<Record<VideoOperation, About>> = {
  listVideos: {
    summary: "List my videos",
    description:
      "The videos that the caller has started, the newest first, at most 20, with signed links to what was uploaded. A link ends after an hour, or with the keys that signed it: ask for the list again.",
  },
  prepareVideo: {
    summary: "Prepare a video",
    description:
      "Signs one PUT for each file, for exactly its size and type, with the given headers, valid once. The same `uploadId` of the same person is the same upload, signed again; so repeat a request whose answer was lost.",
  },
  playSample: {
    summary: "Play the sample",
    description:
      "Takes in the sample as if the caller had uploaded it, and starts it; once for each `uploadId`. `lang` is the language of its captions, its question and its messages.",
  },
  startVideo: {
    summary: "Start a video",
    description:
      "Starts the processing of a video whose files have arrived. Starting it again changes nothing. Without `lang` the question and the messages are in the language of the captions if that is one of these, else in English.",
  },
  stopVideo: {
    summary: "Stop a video",
    description: "Stops the run of a video, for its owner. What is asked is withdrawn.",
  },
  retryVideo: {
    summary: "Try a video again",
    description: "Continues the run of a video that failed or was stopped, for its owner.",
  },
};
