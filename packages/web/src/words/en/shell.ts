import { countText } from "../plural.ts";

/** Texts of the frame around each page, its connection and its errors. */
export const shell = {
  /** The titles of browser tabs. */
  pages: {
    creator: "Creator · Callboard",
    viewer: "Viewer · Callboard",
    signIn: "Sign in · Callboard",
  },
  titleOf: (subject: string) => `${subject} · Callboard`,
  skip: "Skip to the content",
  noPage: "There is no page at this address",

  language: {
    label: "Language",
    /** `language` by its own name. */
    failed: (language: string) => `${language} could not be loaded. Try again once you are online.`,
  },

  connection: {
    connected: "Connected",
    connecting: "Connecting…",
    offline: "Offline",
    reconnecting: "Reconnecting",
    cannotSignIn: "Cannot sign in",
    refusedOrUnreachable: "Not authorised, or not reachable",
    notAuthorised: "Not authorised",
    disconnected: "Disconnected",
    signedOut: "Signed out",
    /** After one of these, until the next attempt. */
    inSeconds: (seconds: number) => ` in ${seconds} s`,
    tryNow: "Try now",
    /** After `connected`. */
    as: (name: string) => ` as ${name}`,
  },

  channels: {
    /** `what` is the end of this sentence in its language. */
    mayNot: (what: string) => `You may not ${what}.`,
    notFollowed: "It could not be followed right now. Load the page again.",
  },

  /** Shown in place of a part that could not be drawn. */
  broken: {
    page: "This page could not be drawn",
    nothingLost: "Nothing is lost: everything is on the server.",
    reload: "Load it again",
    partMissing:
      "A part of this page could not be loaded. Callboard may have been updated since you opened it. What you have written stays.",
    part: "This could not be shown.",
  },

  server: {
    silent: "The server does not answer",
    checkIt: "Check that it runs, then load this page again.",
  },

  rows: {
    looking: "Looking…",
    notReported: "Nothing has been reported yet.",
    watching: (count: number) => `${countText("en", count)} watching`,
    on: (compute: string) => `on ${compute}`,
    why: "Details",
    percent: (percent: number) => `${percent} %`,
    drawnFor: (title: string) => `Drawn for “${title}”`,
  },

  countdown: {
    left: (time: string) => `${time} left`,
    over: "time is up",
    until: (at: string) => ` · until ${at}`,
  },
};
