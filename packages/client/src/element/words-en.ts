import { type RefusalCode, verbs } from "@callboard/protocol";
import type { CallboardErrorCode } from "../error.ts";
import type { FormProblem } from "../headless/form-problem.ts";

/** People's text within a sentence of ours, with its own text direction. */
export const isolated = (text: string): string => `\u2068${text.replace(/[\u2066-\u2069]/g, "")}\u2069`;

const labels = Object.fromEntries(Object.entries(verbs).map(([verb, { label }]) => [verb, label]));
const notTaken = "Your answer was not taken.";
const again = "Send it again.";
const noConnection = "There is no connection.";

const characters = (count: number): string => `${count} character${count === 1 ? "" : "s"}`;

/** The problems without parameters. */
export type PlainProblems = Readonly<Record<PlainCode, string>>;
type PlainCode = {
  [P in FormProblem as P["code"]]: Exclude<keyof P, "code"> extends never ? P["code"] : never;
}[FormProblem["code"]];

/** Messages without parameters. */
const problems: PlainProblems = {
  needed: "This is needed.",
  not_a_date: "Enter a date like 2026-01-31.",
  not_a_moment: "Enter a date and a time like 2026-01-31T14:30.",
  not_a_time: "Enter a time like 14:30.",
  not_an_email: "Enter an e-mail address.",
  not_an_address: "Enter a full address like https://example.com/.",
  not_a_number: "This is not a number.",
  not_json: "This is not JSON.",
  only_yes: "Only yes is allowed here.",
  only_no: "Only no is allowed here.",
  two_equal: "Two of these are equal.",
};

/** All texts of the element in English. */
export const en = {
  verbs: labels as Readonly<Record<string, string>>,
  loading: "Loading…",
  unknown: "There is no such question, or you may not see it.",
  forbidden: "You may not see this question.",
  nothing: "There are no questions for you now.",
  torn: "Not all of this question could be shown.",
  next: (waiting: number) => `Next question (${waiting})`,
  candidates: "Proposals",
  noCandidates: "There are no proposals yet.",
  chooseFirst: "Choose one of these first.",
  ownWords: "In your own words",
  comment: "Comment",
  optional: " (optional)",
  look: "Some fields need to be corrected.",
  left: (time: string, until: string) => `${time} left, until ${until}`,
  timeUp: "Time is up.",
  rounds: (left: number) => (left === 0 ? "This is the last round." : `Rounds left: ${left}`),
  attending: (name: string, reviewing: boolean) =>
    `${isolated(name)} ${reviewing ? "is reviewing this." : "has this open."}`,
  expires: (at: string) => `If nobody answers, the question expires at ${at}.`,
  otherwise: (what: string, at: string | undefined) =>
    `If you do nothing, “${isolated(what)}” is the answer${at === undefined ? "" : ` at ${at}`}.`,
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
    unconfirmed: "Your answer was accepted. It is not known whether the workflow got it.",
    unsure: `It is not known whether your answer arrived. If the question stays open, send it again.`,
  } as Readonly<Record<string, string>>,
  lost: (name: string | undefined) => `${isolated(name ?? "Somebody")} was faster. ${notTaken}`,
  lostToSystem: `Time was up, and the default was used. ${notTaken}`,
  lostToMyself: "You had already answered. This second answer was not taken.",
  refused: {
    expired: `Time is up. ${notTaken}`,
    withdrawn: `The workflow no longer waits for an answer. ${notTaken}`,
    superseded: `A newer question has replaced this one. ${notTaken}`,
    stale_round: "There are newer proposals. Look at them and answer again.",
    stale: "The question has changed. Look at it and answer again.",
    invalid: "The answer does not fit the question. Change it and send it again.",
    forbidden: "You may read this question but not answer it.",
    not_found: "This question does not exist any more.",
    rate_limited: `Too many answers in a short time. Wait a moment. ${again}`,
  } as Readonly<Partial<Record<RefusalCode, string>>>,
  failed: (code: CallboardErrorCode): string =>
    code === "not_sent"
      ? `${noConnection} Nothing was sent. ${again}`
      : code === "too_large"
        ? "The answer is too long to be sent."
        : `The answer could not be sent. ${again}`,
  answeredBy: (name: string | undefined) => `Answered by ${isolated(name ?? "somebody")}.`,
  answeredByYou: "You have answered this.",
  answeredBySystem: "Nobody answered in time, so the default was used.",
  closed: {
    expired: "Nobody answered in time.",
    withdrawn: "The workflow no longer waits for an answer.",
    superseded: "A newer question has replaced this one.",
  } as Readonly<Record<string, string>>,

  connecting: "Connecting…",
  offline: "You are offline.",
  reconnecting: "Reconnecting…",
  unauthorized: "You are not signed in to Callboard, or Callboard cannot be reached.",
  ended: "The connection has ended. Load the page again.",
  noToken: "The page did not get a token for the connection.",
  tokenStatus: (status: number) =>
    status === 401 || status === 403
      ? "You are not signed in: the token's address refused the request."
      : `The token's address answered with the status ${status}.`,
  tokenUnreadable: `The token's address did not answer with a token: {"token": "…"}, or the token as plain text.`,
  tokenUnreachable: "The token's address did not answer.",
  tokenForeign: (origin: string) =>
    `This page may not read the answer of the token's address. It is on another origin: its answers need the header Access-Control-Allow-Origin: ${origin}`,
  incomplete: "This element needs the attributes socket (wss://…) and token-url, or the property client.",

  problem(problem: FormProblem): string {
    switch (problem.code) {
      case "said":
        return problem.text;
      case "too_short":
        return `At least ${characters(problem.least)}.`;
      case "too_long":
        return `At most ${characters(problem.most)}; these are ${problem.length}.`;
      case "lossy_number":
        return `${problem.at === undefined ? "This number" : `The number at ${problem.at}`} has more digits than can be kept, or is too large.`;
      case "two_readings":
        return `Is it ${problem.readings.join(" or ")}? Write it like one of these.`;
      case "not_whole":
        return `Enter a whole number; this is ${problem.number}.`;
      case "too_small":
      case "too_few":
        return `At least ${problem.least}.`;
      case "too_large":
      case "too_many":
        return `At most ${problem.most}.`;
      case "not_above":
        return `More than ${problem.bound}.`;
      case "not_below":
        return `Less than ${problem.bound}.`;
      case "not_a_multiple":
        return `Enter a multiple of ${problem.of}.`;
      default:
        return problems[problem.code];
    }
  },
};

/** All texts of the element, in one language. */
export type Words = typeof en;
