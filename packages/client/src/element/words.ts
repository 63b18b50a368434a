import { type RefusalCode, verbs } from "@callboard/protocol";
import type { CallboardErrorCode } from "../error.ts";

/** People's words within a sentence of ours, in quotation marks, keeping their direction to themselves. */
const quoted = (text: string): string => `“${isolated(text)}”`;
const isolated = (text: string): string => `\u2068${text.replace(/[\u2066-\u2069]/g, "")}\u2069`;

const labels = Object.fromEntries(Object.entries(verbs).map(([verb, { label }]) => [verb, label]));
const notTaken = "Your answer was not taken.";
const again = "Send it again.";
const noConnection = "There is no connection.";

/** Everything that the element says in English. Another language is another table of the same shape. */
const en = {
  verbs: labels as Readonly<Record<string, string>>,
  loading: "Loading…",
  unknown: "There is no such question, or you may not see it.",
  forbidden: "You may not see this question.",
  nothing: "Nothing is asked of you now.",
  torn: "Not all of this question could be shown.",
  next: (waiting: number) => `Next question (${waiting})`,
  candidates: "Proposals",
  noCandidates: "There are no proposals yet.",
  chooseFirst: "Choose one of these first.",
  ownWords: "In your own words",
  comment: "Comment",
  optional: " (optional)",
  needed: "This is needed.",
  look: "Some fields need a look.",
  left: (time: string, until: string) => `${time} left, until ${until}`,
  timeUp: "Time is up.",
  rounds: (left: number) => (left === 0 ? "This is the last round." : `Rounds left: ${left}`),
  attending: (name: string, reviewing: boolean) =>
    `${isolated(name)} ${reviewing ? "is reviewing this." : "has this open."}`,
  expires: (at: string) => `If nobody answers, the question expires at ${at}.`,
  otherwise: (what: string, at: string | undefined) =>
    `If you do nothing, ${quoted(what)} is the answer${at === undefined ? "" : ` at ${at}`}.`,
  firstOne: "the first proposal",

  answer: "Answer",
  asJson: (label: string) => `${label}, as JSON`,
  numbered: (label: string, n: number) => `${label} ${n}`,
  examples: (some: string) => `For example: ${some}`,
  readAs: (number: string) => `Read as ${number}`,
  ownZone: "In your own time zone.",
  choose: "Choose…",
  noAnswer: "No answer",
  yes: "Yes",
  no: "No",
  noValue: "No value",
  fits: "What fits here",
  add: "Add",
  remove: "Remove",
  of: (action: string, label: string) => `${action}: ${label}`,

  phases: {
    queued: `${noConnection} Your answer is kept, and sent when there is one.`,
    sending: "Sending…",
    accepted: "Your answer was accepted.",
    relayed: "The workflow has your answer.",
    undeliverable: "Your answer was accepted, but the workflow did not get it.",
    unconfirmed: "Your answer was accepted. Whether the workflow got it could not be found out.",
    unsure: `Nobody said whether your answer arrived. If the question stays open, send it again.`,
  } as Readonly<Record<string, string>>,
  lost: (name: string | undefined) => `${isolated(name ?? "Somebody")} was faster. ${notTaken}`,
  lostToSystem: `The time was over, and the default was taken. ${notTaken}`,
  lostToMyself: "You had already answered. This second answer was not taken.",
  refused: {
    expired: `The time to answer is over. ${notTaken}`,
    withdrawn: `The workflow no longer waits for an answer. ${notTaken}`,
    superseded: `A newer question has taken the place of this one. ${notTaken}`,
    stale_round: "There are newer proposals. Look at them and answer again.",
    invalid: "The answer does not fit the question. Change it and send it again.",
    forbidden: "You may read this question but not answer it.",
    not_found: "This question does not exist any more.",
    rate_limited: `Too many answers in a short time. Wait a moment. ${again}`,
  } as Readonly<Partial<Record<RefusalCode, string>>>,
  failed: (code: CallboardErrorCode) =>
    code === "not_sent"
      ? `${noConnection} Nothing was sent. ${again}`
      : code === "too_large"
        ? "The answer is too long to be sent."
        : `The answer could not be sent. ${again}`,
  answeredBy: (name: string | undefined) => `Answered by ${isolated(name ?? "somebody")}.`,
  answeredByYou: "You have answered this.",
  answeredBySystem: "Nobody answered in time, so the default was taken.",
  closed: {
    expired: "Nobody answered in time.",
    withdrawn: "The workflow no longer waits for an answer.",
    superseded: "A newer question took the place of this one.",
  } as Readonly<Record<string, string>>,

  connecting: "Connecting…",
  offline: "You are offline.",
  reconnecting: "Reconnecting…",
  unauthorized: "You are not signed in to Callboard, or it is out of reach.",
  ended: "The connection has ended. Load the page again.",
  noToken: "The page did not get a token to connect with.",
  tokenStatus: (status: number) =>
    status === 401 || status === 403
      ? "You are not signed in here: the address of the token refused."
      : `The address of the token answered with the status ${status}.`,
  tokenUnreadable: 'The address of the token did not answer with a token: {"token": "…"}, or the text alone.',
  tokenUnreachable: "The address of the token did not answer.",
  tokenForeign: (origin: string) =>
    `The address of the token gave no answer that this page may read. It is of another origin: its answers need the header Access-Control-Allow-Origin: ${origin}`,
  incomplete: "This element needs the attributes socket (wss://…) and token-url, or the property client.",
};

/** What the element says, in one language. */
export type Words = typeof en;

const tables: Readonly<Record<string, Words>> = { en };

/** The words for a language (a BCP 47 tag), and which language they are; English where there are none. */
export function wordsFor(lang: string): { words: Words; lang: string } {
  const [known = "en"] = [lang.toLowerCase().split("-")[0]!].filter((one) => Object.hasOwn(tables, one));
  return { words: tables[known]!, lang: known };
}
