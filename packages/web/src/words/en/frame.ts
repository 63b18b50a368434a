import { plural } from "../plural.ts";

/** Texts of the creator's page around its question: inbox, lists, starting. */
export const frame = {
  page: "Creator",
  settings: "Settings",
  looking: "Looking…",
  lookAgain: "Check again",
  putAway: "Dismiss",

  inbox: {
    heading: "Inbox",
    list: "Questions for you",
    nothing: "There are no questions for you.",
    reminder: "Reminder",
    round: (n: number) => `round ${n}`,
    left: (duration: string) => `${duration} left`,
    over: "time is up",
    until: (moment: string) => `until ${moment}`,
    search: "Search",
    searchLabel: "Search questions and videos",
    found: (n: number) => (n === 0 ? "Nothing found." : `${n} found`),
    back: (n: number) => (n === 0 ? "Inbox" : `Inbox (${n})`),
    backLabel: (n: number) =>
      n === 0
        ? "Back to the inbox"
        : `Back to the inbox, ${n} ${plural("en", n, "question", "questions")} open`,
    next: "Next question",
    nextCount: (n: number) => `${n} open`,
    news: "Results of your answers",
    receipts: (n: number) => `Results of your ${plural("en", n, "answer", "answers")} (${n})`,
    lost: (n: number) => `${n} did not arrive`,
  },

  keys: {
    button: "Keys",
    heading: "Keys",
    use: "Single-letter keys",
    useHint: "They do nothing while you type, in dialogs, or together with Ctrl, Alt or ⌘.",
    down: "to the question below",
    up: "to the question above",
    open: "open it",
    mark: "mark a candidate",
    next: "to the next open question",
    search: "search",
    clear: "clear the search",
    this: "show these keys",
    close: "Close",
  },

  notify: {
    ask: "Notify me",
    on: "Notifications: on",
    off: "Notifications: off",
    denied: "The browser blocks notifications from this site. Allow them in its settings.",
    many: (n: number) => `${n} new questions wait for you`,
  },

  lists: {
    heading: "Your videos",
    none: "There is none yet.",
  },

  start: {
    button: "New",
    heading: "Start a video",
    video: "Video (MP4)",
    captions: "Captions (.vtt or .srt)",
    none: "None chosen",
    remove: "Remove",
    dropHint: "Files dropped anywhere on the page appear here. Captions alone are enough.",
    drop: "Drop a video, captions, or both",
    wait: "How long to wait for your answer",
    /** The times to choose from, by their seconds. */
    waits: { 120: "2 minutes", 600: "10 minutes", 3600: "1 hour", 86400: "1 day" },
    start: "Start",
    sample: "Play the sample",
    sampleHint: "A talk of four minutes. Its workflow asks you for a title.",
    own: "A video of your own",
    chooseSome: "Choose a video, captions, or both.",
    standIns: "The models here are stand-ins: simple ones that run on this machine.",
    close: "Close",
    preparing: "Preparing…",
    uploadingVideo: "Uploading the video…",
    uploadingCaptions: "Uploading the captions…",
    starting: "Starting…",
    progress: "Start",
    cancel: "Cancel the upload",
  },

  desk: {
    firstHeading: "Let a workflow ask you something",
    firstText: "Start a video, and follow it until its workflow needs you.",
    firstTextAlone: "When a workflow asks you a question, it appears in your inbox.",
    steps: {
      busy: "A workflow runs and reports its progress.",
      standby: "It stops and asks: you see the question at once.",
      go: "Your answer goes to the execution, which continues.",
    },
    waitHeading: (n: number) => `${n} ${plural("en", n, "question waits", "questions wait")} for you`,
    waitText: "The most urgent one:",
    openFirst: "Open it",
    doneHeading: "All answered",
    doneText: "New questions appear in your inbox.",
    unknownHeading: "This question is not known here",
    unknownText: "It may be closed and deleted, or assigned to somebody else. Check the link.",
    viewers: "What viewers see",
    untitled: "Not titled yet",
    mayNotWork: "work on this video",
    warnings: "Please check",
  },

  video: {
    heading: "The video",
    transcript: "Transcript",
    read: "Read the transcript",
    said: "What is said",
    loading: "Loading the captions…",
    failed: "The captions could not be loaded.",
    empty: "There are no captions to read in it.",
  },

  run: {
    stop: "Stop",
    stopHeading: "Stop the work on this video?",
    stopText: "Its questions are withdrawn. You can resume it later from where it stopped.",
    stopYes: "Yes, stop",
    stopNo: "Keep it running",
    stopping: "Stopping…",
    retry: "Try again from there",
    retrying: "Starting again…",
  },
};
