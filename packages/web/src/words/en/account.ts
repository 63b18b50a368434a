/** Texts for signing in and out, and for links with a token. */
export const account = {
  signedInAs: "Signed in as",
  signIn: "Sign in",
  signInAgain: "Sign in again",
  signOut: "Sign out",
  tryAgain: "Try again",
  going: "Going to the sign-in…",
  silent: "The sign-in service does not answer. Check your connection, then try once more.",

  ended: {
    title: "Your sign-in has ended.",
    nothingLost: "Nothing is lost: what you have written stays here while you sign in again.",
  },
  refused: {
    title: "Callboard does not accept this sign-in.",
    who: (name: string) =>
      `You are signed in as ${name}, but not for this Callboard. Ask its operator, or sign out and use another account.`,
  },

  /** Whole pages for somebody who is not signed in. */
  pages: {
    linkNeeded: "A link is needed",
    linkSays: "This page opens with a link that says who you are. Ask for one, or open your link again.",
    nothingKept: "This browser stores nothing",
    storageNeeded:
      "Signing in needs storage for this site. Allow it in the browser's settings, then load this page again.",
    ended: "Your sign-in has ended",
    goOn: "Sign in again to continue. What you have begun to write is still here.",
    signedOut: "You are signed out",
    comeBack: "Sign in to Callboard to see progress and your questions. Then you return to this page.",
    signingOut: "Signing out…",
    moment: "One moment.",
    signedOutHere: "You are signed out here",
    untold:
      "The sign-in service could not be reached. On a shared machine, sign out there too when you are online.",
    nowhere: "There is nothing to sign in to",
    openStart: "Open the start page",
    orLink: "or the link that you were given.",
    notSignedIn: "You were not signed in",
    serviceSays: "The sign-in service says:",
    noReason: "it gave no reason",
    badAnswer: "The sign-in service did not answer as it should.",
    stale: "This sign-in is over",
    whyStale: "It was started in another browser or too long ago, or it was already used.",
    close: "You can close this page.",
    toStart: "Go to the start",
  },
};
