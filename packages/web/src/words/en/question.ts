/** Texts of a question and the ways to answer it. */
export const question = {
  heading: "The question",
  looking: "Looking…",
  notHere: "The question that you opened is not here, or no longer exists.",
  nothingAsked: "Nothing was asked.",
  notYet: "Nothing is asked yet. When the workflow asks, it appears here.",
  /** Read aloud when one is asked. */
  asked: (prompt: string) => `A question for you: ${prompt}`,
  notWhole: "Not all of this question could be shown.",
  asJson: "What was asked, as JSON",

  /** Shown under the prompt. */
  putTo: (who: string) => `Assigned to ${who}.`,
  remindedAt: (at: string) => `Reminded at ${at}.`,
  until: (at: string) => `until ${at}`,
  round: (round: number) => `round ${round}`,
  roundOf: (round: number, most: number) => `round ${round} of ${most}`,
  lastRound: "the last round",
  more: (count: number) => (count === 1 ? "and one more" : `and ${count} more`),

  /** Actions other than answering. */
  amend: {
    menu: "More about this question",
    time: "More time",
    others: "Assign it to others",
  },

  candidates: {
    label: "Candidates",
    none: "There are none.",
    noneYet: "None yet. They appear here one by one as they are proposed.",
    keys: (last: number) => `Keys 1–${last} mark one.`,
    round: (round: number) => `Round ${round}`,
    standIn: "stand-in",
    isDefault: "default",
    taken: "taken",
    partial: "not all of it could be shown",
    expand: (title: string) => `All of ${title}`,
    show: "Show",
  },

  answer: {
    label: "Your answer",
    markFirst: "Mark a candidate first.",
    own: "In your own words",
    description: "Description",
    needed: "This is needed.",
    back: "Back",
    addComment: "Add a comment",
    comment: "Comment",
    optional: " (optional)",
    commentHint: "It is sent with every answer.",
    hintToo: (label: string) => `With ${label} it is a hint for the models.`,
    charactersLeft: (left: string, most: string) => `${left} of ${most} characters are left.`,
    more: "More ways",
  },

  held: {
    /** `what` is a title, a button's words or an answer. */
    will: (what: string) => `About to send ${what}`,
    told: (what: string) => `${what} is sent in five seconds. It can be undone until then.`,
    seconds: (n: number) => `${n} s`,
    undo: "Undo",
    sendNow: "Send now",
    notSent: "The answer you gave here was not sent.",
    notTaken: "The answer you gave here was not taken.",
    elsewhere: "Answers that can still be undone",
  },

  /** The outcome of the user's own answer. */
  news: {
    queued: "There is no connection. Your answer is kept on this page, and sent when there is one.",
    sending: "Sending…",
    sendingAgain: "There is no connection. Your answer is sent again when there is one.",
    accepted: "Your answer was accepted.",
    unsure:
      "It is not known whether your answer arrived. If the question stays open once the connection is back, send it again.",
    notSent: "There was no connection, so nothing was sent. Send it again.",
    tooLarge: "The answer is too long to be sent.",
    invalid: "The answer is not complete.",
    closed: "The connection was closed. Load the page again.",
    tooMany: "Many answers are still being sent. Wait a moment and send it again.",
    failed: "The answer could not be sent. Send it again.",
    earlier: "Your answer to the earlier question",
  },

  /** The parts of a question that is closed. */
  showAsked: "What was asked",
  earlier: (count: number) => (count === 1 ? "One earlier question" : `${count} earlier questions`),
  earlierRound: (round: number, ending: string) => `Round ${round}: ${ending}`,
  stillOpen: "It is still open.",

  form: {
    fieldsWrong: (count: number) =>
      count === 1 ? "One field needs a correction." : `${count} fields need a correction.`,
    remove: "Remove",
    add: "Add",
    addTo: (list: string) => ` to ${list}`,
    answer: "Answer",
    asJson: (label: string) => `${label}, as JSON`,
    example: "For example:",
    ownZone: "In your own time zone.",
    readAs: (text: string) => `Read as ${text}`,
    notAnswered: "Not answered",
    yes: "Yes",
    no: "No",
    clear: "Clear",
    choose: "Choose…",
    fits: "Allowed values",
    noValue: "No value",
  },
};
