import { type Callboard, CallboardError, type Receipt, type ReplyInput } from "@callboard/client";
import {
  answersOf,
  candidatesIn,
  candidatesOf,
  type Drafts,
  isUnderWay,
  offeredIn,
  questionsIn,
} from "@callboard/client/headless";
import { type Subject, workChannel } from "@callboard/protocol";
import type { PageStorage } from "../session/tab-storage.ts";
import type { AnswerApi, Looked, ShownQuestion } from "./answer-api.ts";
import { type AnswerClient, answerClient } from "./answer-client.ts";
import type { OpenedLink } from "./kept-link.ts";
import { keepUnsent } from "./kept-reply.ts";

/** What the page shows: it looks for the question, shows it, or says why there is none. */
export type AnswerPageState =
  | {
      readonly shows: "looking" | Exclude<Looked, ShownQuestion>;
      /** An answer that was given here was not taken. */
      readonly wasRefused?: boolean;
    }
  | {
      readonly shows: "question";
      readonly client: Callboard;
      readonly question: ShownQuestion;
      /** An answer of which nobody has said whether it arrived. */
      readonly unsent: ReplyInput | undefined;
    };

/** One question of a link, from its first sight until nothing more can become of it. */
export interface AnswerPage {
  /** The same object until it changes. */
  readonly state: AnswerPageState;
  follow(changed: () => void): () => void;
  /** Asks for the question, as at first and when somebody comes back; once at a time. */
  look(): Promise<void>;
  /** Sends the unsent answer again, as it was. */
  sendAgain(): void;
  close(): void;
}

interface Ports {
  readonly link: Extract<OpenedLink, { opens: "answer" }>;
  readonly api: AnswerApi;
  readonly storage: PageStorage;
  readonly drafts: Drafts;
  /** This machine's time in milliseconds, and a timer; the function that it returns cancels it. */
  readonly clock: { now(): number; after(ms: number, work: () => void): () => void };
  readonly newReplyId: () => string;
}

/** How long after something has happened it is looked at what became of it, in turn, in milliseconds. */
const LOOKS_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000] as const;

/** Browsers' timers go no further, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Follows the question of a link over HTTP. It is looked at when somebody comes back to it, after each answer, and when
 * its time is up; for a while, until nothing more becomes of it. An answer is kept until somebody says what became of it.
 */
export function openAnswerPage({ link, api, storage, drafts, clock, newReplyId }: Ports): AnswerPage {
  const followers = new Set<() => void>();
  const kept = keepUnsent(storage, newReplyId);
  let state: AnswerPageState = { shows: "looking" };
  let shown: { readonly answers: AnswerClient; question: ShownQuestion } | undefined;
  let aheadMs = 0;
  let looking: Promise<void> | undefined;
  let isClosed = false;
  let cancelLook = () => {};
  let cancelEnd = () => {};

  const now = () => clock.now() + aheadMs;

  function set(next: AnswerPageState): void {
    state = next;
    for (const told of [...followers]) told();
  }

  function draw(): void {
    if (!shown) return;
    const { answers, question } = shown;
    const unsent = isOpen(question) ? kept.of(question.request.requestId) : undefined;
    set({ shows: "question", client: answers.client, question, unsent });
  }

  function take(question: ShownQuestion): void {
    aheadMs = question.serverTime - clock.now();
    const { requestId } = question.request;
    if (!isOpen(question)) kept.forget(requestId);
    if (shown && shown.question.request.requestId === requestId) {
      shown.question = question;
      shown.answers.show(question);
    } else {
      shown = { answers: answerClient(question, now, reply), question };
      mark(shown.answers.client, question);
    }
    draw();
    lookAtEnd(question);
  }

  /** What the link chooses is marked; what somebody has marked since stays. */
  function mark(client: Callboard, { request }: ShownQuestion): void {
    const { requestId, subject } = request;
    if (link.candidateId === undefined || (!link.isFresh && drafts.read(requestId, "marked") !== undefined))
      return;
    const { items } = client.channel(workChannel(subject as Subject));
    const question = questionsIn(items).find((one) => one.requestId === requestId);
    if (!question) return;
    const rounds = candidatesOf(candidatesIn(items).candidates, question.thread, question);
    const named = offeredIn(rounds, question).filter(({ id }) => id === link.candidateId);
    const one = named.find(({ source }) => source === link.source) ?? named[0];
    if (one) drafts.write(requestId, "marked", one.key);
  }

  /** Whether it was closed by then, and how, is asked a moment after its deadline. */
  function lookAtEnd(question: ShownQuestion): void {
    cancelEnd();
    const { deadline } = question.request as { deadline?: unknown };
    if (!isOpen(question) || typeof deadline !== "number" || deadline <= now()) return;
    const left = Math.min(deadline - now(), LONGEST_MS);
    cancelEnd = clock.after(left, () => (now() < deadline ? lookAtEnd(question) : lookOn()));
  }

  /** Looks again and again, less and less often, while more may become of the question; begun anew, from the start. */
  function lookOn(turn = 0): void {
    cancelLook();
    const wait = LOOKS_MS[turn];
    if (wait === undefined || !["open", "answered"].includes(String(shown?.question.request.state))) return;
    let isOver = false;
    const cancel = clock.after(wait, () => void look().then(() => isOver || lookOn(turn + 1)));
    cancelLook = () => {
      isOver = true;
      cancel();
    };
  }

  async function lookNow(): Promise<void> {
    if (state.shows === "unreachable") set({ shows: "looking" });
    const found = await api.look();
    if (isClosed) return;
    if (typeof found === "object") return take(found);
    const own = shown && answersOf(shown.answers.client).stateOf(shown.question.request.requestId);
    // What is shown stays while nobody answers, and what became of it stays for good.
    if (shown && (found === "unreachable" || !isOpen(shown.question) || own?.phase === "accepted")) return;
    set({ shows: found, wasRefused: own?.phase === "refused" || own?.phase === "failed" });
  }

  function look(): Promise<void> {
    looking ??= lookNow().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  /** What was asked for before something has happened may be answered as it was before. */
  const lookAnew = (): Promise<void> => (looking ?? Promise.resolve()).then(look);

  async function reply(input: ReplyInput, sent = () => {}): Promise<Receipt> {
    const { requestId, ...said } = kept.keep(input);
    sent();
    const { replyId } = said;
    const given = await api.give(said);
    const { status } = given;
    if (status !== "unsure" && status !== "not_sent") kept.forget(requestId);
    draw();
    switch (status) {
      case "accepted":
      case "refused":
        // What the answer is told by comes before what it has changed.
        queueMicrotask(() => (status === "accepted" ? lookOn() : void lookAnew()));
        return { ...given, replyId };
      case "unsure":
        throw new CallboardError("timeout", "nobody said whether the answer arrived");
      case "unauthorized":
        set({ shows: status, wasRefused: true });
    }
    throw new CallboardError(status, "the answer was not taken");
  }

  return {
    get state() {
      return state;
    },
    follow(changed) {
      followers.add(changed);
      return () => void followers.delete(changed);
    },
    look,
    sendAgain() {
      if (state.shows !== "question" || state.unsent === undefined) return;
      const answers = answersOf(state.client);
      if (!isUnderWay(answers.stateOf(state.unsent.requestId))) answers.send(state.unsent);
    },
    close() {
      isClosed = true;
      cancelLook();
      cancelEnd();
      followers.clear();
    },
  };
}

const isOpen = ({ request: { state } }: ShownQuestion): boolean => state === "open";
