/** Texts of errors between a page and the video application. */
export const videos = {
  linkExpired: "Your link has expired. Open a fresh one.",
  signInEnded: "Your sign-in has ended. Sign in again.",
  unreachable: "The server does not answer. Try again.",
  forbidden: "You may not do that.",
  notFound: "It was not found.",
  failed: (status: number) => `Something went wrong on the server (${status}). Try again.`,
  /** `rule` is the server's text, in English. */
  doesNotFit: (rule: string) => rule,
  doesNotFitUnknown: "The request is not valid.",
  notArrived: (file?: string) => `${file ?? "A file"} has not arrived yet.`,
  tooMany: (minutes: number) => `You have sent many videos. Try again in ${minutes} min.`,
  otherFiles: "Other files are on their way under this name. Choose your files again.",
  storageRefused: (status: number) => `The storage refused the file (${status}).`,
  storageUnreachable: "The storage cannot be reached.",
  /** Why a run cannot continue. */
  notAgain: {
    ended_well: "It succeeded: there is nothing to try again.",
    gave_up:
      "The workflow ended itself as failed, and would do so again. Start the video from the beginning.",
    too_late: "It can no longer continue from where it failed. Start the video from the beginning.",
  },
};
