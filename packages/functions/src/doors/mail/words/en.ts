import type { Verb } from "@callboard/protocol";

/** The texts of mails in English. `at` is a time; `title` and `label` are already quoted texts of the question. */
export const en = {
  locale: "en-GB",
  /** Names of the answers on the page, used where the question gives none. */
  verbs: {
    pick: "Choose this one",
    approve: "Approve",
    edit: "Write your own",
    regenerate: "Ask for others",
    answer: "Answer",
    reject: "Reject",
  } satisfies Record<Verb, string> as Readonly<Record<Verb, string>>,
  /** A proposal that can be changed but not chosen as it is. */
  editThis: "Start from this one",
  quote: (text: string) => `“${text}”`,
  sentences: (sentences: readonly string[]) => sentences.join(" "),

  subjects: {
    question: "A question for you",
    digest: (n: number) =>
      n === 1 ? "A question waits for your answer" : `${n} questions wait for your answer`,
    confirm: "Is this your address?",
  },

  asks: "A workflow asks you:",
  asksAgain: "Reminder: a workflow still waits for your answer.",
  digest: {
    asks: (n: number) => (n === 1 ? "A workflow asks you a question:" : `Workflows ask you ${n} questions:`),
    asksAgain: (n: number) =>
      n === 1
        ? "Reminder: a question still waits for your answer."
        : `Reminder: ${n} questions still wait for your answer.`,
    others: (n: number) =>
      n === 1 ? "One more question waits for you." : `${n} more questions wait for you.`,
    seeThem: "Open your inbox in Callboard",
  },

  proposedBy: (source: string) => `Proposed by ${source}`,
  moreCandidates: (n: number) =>
    n === 1 ? "One more proposal is on the page." : `${n} more proposals are on the page.`,
  open: "Open the question",
  otherWays: (labels: readonly string[]) =>
    `There you can also choose: ${labels.join(" · ")}. A comment is welcome.`,
  onlyWays: (labels: readonly string[]) =>
    `There you can choose: ${labels.join(" · ")}. A comment is welcome.`,
  links: "A link opens a page. Nothing is answered until you press a button there.",

  deadline: {
    by: (at: string, left: string) => `Answer by ${at} (${left} left when this was sent).`,
    over: (at: string) => `The time to answer was over at ${at}.`,
    none: "There is no deadline.",
  },
  left: {
    days: (n: number) => (n === 1 ? "1 day" : `${n} days`),
    hours: (n: number) => `${n} h`,
    minutes: (n: number) => `${n} min`,
    little: "less than a minute",
    both: (larger: string, smaller: string) => `${larger} ${smaller}`,
  },

  defaults: {
    staysOpen: "If you do nothing, the question stays open until somebody answers.",
    expires: "If nobody answers by then, the question expires.",
    first: "If nobody answers by then, the first proposal is taken.",
    taken: (title: string) => `If nobody answers by then, ${title} is taken.`,
    answer: (answer: string) => `If nobody answers by then, ${answer} is the answer.`,
    approved: "If nobody answers by then, it counts as approved.",
    rejected: "If nobody answers by then, it counts as rejected.",
    chosen: (label: string) => `If nobody answers by then, ${label} is chosen.`,
  },

  forWhom: (name: string) => `This mail is for ${name}.`,
  forwarding: {
    until: (at: string) => `Anyone you forward it to can answer in your name until ${at}.`,
    open: "Anyone you forward it to can answer in your name as long as the question is open.",
    each: "Anyone you forward it to can answer in your name, each question as long as it is open.",
  },
  stop: "Get no more of these mails",

  confirm: {
    asks: (name: string) => `Questions to ${name} in Callboard are to be sent to this address.`,
    type: "To confirm that it is yours, type this code in Callboard:",
    notYou: "If you did not ask for it, ignore this mail: without the code no questions are sent here.",
    keep: "Give the code to nobody.",
  },
};

/** The texts of mails in one language. */
export type MailTexts = typeof en;
