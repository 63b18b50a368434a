import { plural } from "../plural.ts";
import { en } from "./index.ts";
import { mail } from "./mail.ts";
import { plugins } from "./plugins.ts";

const seconds = (n: number) => `${n} ${plural("en", n, "second", "seconds")}`;

/** Texts of the first page. */
export const theatre = {
  page: "Start · Callboard",
  title: "A workflow asks, a person answers, nothing is lost",
  lead: "Run it: a state machine prepares a video and asks Ana for a title while Vic watches. Then break it.",
  /** In place of `lead` while a run is under way, and once it is over. */
  leadRunning: "The machine asks Ana for a title: answer on her page and see it arrive, or break it first.",
  leadOver: "That run is over. Run it again, and break it in the middle this time: nothing is lost.",
  run: "Run it",
  runAgain: "Run it again",
  starting: "Starting …",
  notStarted: "It could not be started: the server does not answer.",

  doors: {
    title: "What is running, and who is asked",
    lead: "Workflows report their progress and ask people questions. Both appear here live.",
    creator: { title: "Creator", lead: "Start a video, follow it and answer what its workflow asks." },
    viewer: { title: "Viewer", lead: "Watch a video being prepared, step by step." },
  },

  panes: {
    creator: { tab: "Creator", title: "Ana’s page, the creator’s" },
    viewer: { tab: "Viewer", title: "Vic’s page, a viewer’s" },
    machine: { tab: "State machine", title: "The state machine" },
    choose: "What is shown",
    alone: "Open alone",
    mail: "Mail",
    plugins: "Plugins",
    docs: "Docs",
  },

  counters: {
    title: "Counted in this tab",
    pushes: "Pushes",
    pushesHint: "Changes that the server pushed to the two pages",
    median: "p50",
    medianHint: "Half of the pushes took less than this, from the event on the server to the screen",
    ms: (n: string) => `${n} ms`,
    accepted: "Accepted",
    acceptedHint: "Answers that the server has accepted",
    refused: "Refused",
    refusedHint: "Answers that were refused, for example because another came first",
    lost: "Lost",
    lostHint:
      "Accepted answers that their executions lack, and keys of the two pages that differ from the server’s; counted again after each change",
    unknown: "not known",
  },

  breaks: {
    title: "Break it",
    should: "What should happen",
    did: "What happened",
    kill: {
      label: "Kill the server",
      should:
        "SIGKILL. It is restarted on the same data, both pages come back, and the question is still open.",
    },
    offline: {
      label: "Go offline",
      should:
        "Ana’s page loses its connection for 8 seconds. It says so, and catches up with what it missed.",
    },
    tabs: {
      label: "Answer from two tabs",
      should:
        "Two tabs choose different titles at the same moment. One is accepted, the other page shows who was first.",
    },
    nothing: {
      label: "Do nothing",
      should: "A run with 20 seconds to answer. Nobody does, so the default is taken and the run continues.",
    },
  },

  news: {
    waiting_for_question: "Waiting for the question …",
    killing: "Killed. Waiting for the server …",
    answering: "Both tabs answer …",
    offline: (n: number) => `Offline for ${seconds(n)} more …`,
    waiting_for_deadline: (n: number) => `${seconds(n)} left to answer …`,
    killed: (up: string, back: string, isOpen: boolean) =>
      `The server was up again after ${up} s and both pages after ${back} s${isOpen ? "; the question is still open" : ""}.`,
    came_back: (back: string) => `Ana’s page was complete again ${back} s after the connection was back.`,
    one_accepted: (title: string, first: string) =>
      `One was accepted: “${title}”. The other was refused: ${first} was first.`,
    default_taken: (title: string) => `Nobody answered in time: the default was taken, “${title}”.`,
    failed: "That did not finish in time. The pages show what the server has.",
    accepted: (n: number) => `${n} ${plural("en", n, "answer was", "answers were")} accepted.`,
  },

  server: { down: "The server does not answer; trying again." },

  machine: {
    graph: "Graph",
    list: "List",
    shownAs: "Shown as",
    hint: "Arrow keys move between states, Enter shows details.",
    none: "The state machine is drawn once the server answers.",
    status: {
      RUNNING: "running",
      SUCCEEDED: "succeeded",
      FAILED: "failed",
      TIMED_OUT: "timed out",
      ABORTED: "stopped",
      none: "not started yet",
    },
    standing: {
      running: "running",
      waiting: "waits for an answer",
      done: "done",
      failed: "failed",
      gone_on: "failed, and continued another way",
      stopped: "stopped",
      to_come: "not entered",
    },
    entered: (n: number) => `entered ${n} ${plural("en", n, "time", "times")}`,
    retries: "is retried when it fails",
  },

  step: {
    close: "Close",
    parts: "Parts of the state",
    event: "Event",
    asl: "ASL",
    hook: "Hook",
    copy: "Copy",
    copied: "Copied",
    notCopied: "The browser does not let this page copy",
    noEvent: "This state puts no event on the bus.",
    noEventYet: "This state has put no event yet.",
    loading: "Reading the event …",
    tokenLeftOut: "Task tokens never leave the server; they are left out here.",
    noRun: "The ids come from a run: run it first.",
  },
};

/** All texts in English, including those only of the first page, the mailbox and the page of plugins. */
export const enFirst = { ...en, mail, plugins, theatre };

/** All texts in one language. */
export type FirstTexts = typeof enFirst;
