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
import type { AnswerApi, Loaded, ShownQuestion } from "./answer-api.ts";
import { type AnswerClient, answerClient } from "./answer-client.ts";
import type { OpenedLink } from "./kept-link.ts";
import { keepUnsent } from "./kept-reply.ts";

/** The state of the page: it loads the question, shows it, or says why there is none. */
export type AnswerPageState =
  | {
      readonly shows: "loading" | Exclude<Loaded, ShownQuestion>;
      /** An answer given here was not accepted. */
      readonly wasRefused?: boolean;
    }
  | {
      readonly shows: "question";
      readonly client: Callboard;
      readonly question: ShownQuestion;
      /** An answer that may not have arrived. */
      readonly unsent: ReplyInput | undefined;
    };

/** The question of a link, from the first load until nothing more can happen to it. */
export interface AnswerPage {
  /** The same object until it changes. */
  readonly state: AnswerPageState;
  follow(changed: () => void): () => void;
  /** Loads the question, at first and when the reader comes back; one load at a time. */
  load(): Promise<void>;
  /** Sends the unsent answer again, unchanged. */
  sendAgain(): void;
  close(): void;
}

interface Ports {
  readonly link: Extract<OpenedLink, { opens: "answer" }>;
  readonly api: AnswerApi;
  readonly storage: PageStorage;
  readonly drafts: Drafts;
  /** This machine's time in milliseconds, and a timer; the returned function cancels it. */
  readonly clock: { now(): number; after(ms: number, work: () => void): () => void };
  readonly newReplyId: () => string;
}

/** The waits between checks of the outcome after something has happened, in milliseconds. */
const LOOKS_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000] as const;

/** The longest timer of browsers, in milliseconds. */
const MAX_MS = 2 ** 31 - 1;

/**
 * Follows the question of a link over HTTP. It is loaded when the reader comes back, after each answer, and
 * at its deadline; then repeatedly for a while. An answer is kept until its outcome is known.
 */
export function openAnswerPage({ link, api, storage, drafts, clock, newReplyId }: Ports): AnswerPage {
  const followers = new Set<() => void>();
  const kept = keepUnsent(storage, newReplyId);
  let state: AnswerPageState = { shows: "loading" };
  let shown: { readonly answers: AnswerClient; question: ShownQuestion } | undefined;
  let aheadMs = 0;
  let loading: Promise<void> | undefined;
  let isClosed = false;
  let cancelLoad = () => {};
  let cancelEnd = () => {};

  const now = () => clock.now() + aheadMs;

  function set(next: AnswerPageState): void {
    state = next;
    for (const follower of [...followers]) follower();
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
    loadAtDeadline(question);
  }

  /** Marks the link's choice; a choice that the reader has made since stays. */
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

  /** Loads the question a moment after its deadline, to see whether and how it was closed. */
  function loadAtDeadline(question: ShownQuestion): void {
    cancelEnd();
    const { deadline } = question.request as { deadline?: unknown };
    if (!isOpen(question) || typeof deadline !== "number" || deadline <= now()) return;
    const left = Math.min(deadline - now(), MAX_MS);
    cancelEnd = clock.after(left, () => (now() < deadline ? loadAtDeadline(question) : loadRepeatedly()));
  }

  /**
   * Loads it repeatedly, with growing waits, while its state may still change; a new call starts from the
   * first wait.
   */
  function loadRepeatedly(turn = 0): void {
    cancelLoad();
    const wait = LOOKS_MS[turn];
    if (wait === undefined || !["open", "answered"].includes(String(shown?.question.request.state))) return;
    let isOver = false;
    const cancel = clock.after(wait, () => void load().then(() => isOver || loadRepeatedly(turn + 1)));
    cancelLoad = () => {
      isOver = true;
      cancel();
    };
  }

  async function loadNow(): Promise<void> {
    if (state.shows === "unreachable") set({ shows: "loading" });
    const found = await api.load();
    if (isClosed) return;
    if (typeof found === "object") return take(found);
    const own = shown && answersOf(shown.answers.client).stateOf(shown.question.request.requestId);
    // The shown question stays while there is no answer, and its final outcome stays.
    if (shown && (found === "unreachable" || !isOpen(shown.question) || own?.phase === "accepted")) return;
    set({ shows: found, wasRefused: own?.phase === "refused" || own?.phase === "failed" });
  }

  function load(): Promise<void> {
    loading ??= loadNow().finally(() => {
      loading = undefined;
    });
    return loading;
  }

  /** A load that began before something happened may return the old state. */
  const loadAgain = (): Promise<void> => (loading ?? Promise.resolve()).then(load);

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
        // The outcome of the answer is shown before the change that it caused.
        queueMicrotask(() => (status === "accepted" ? loadRepeatedly() : void loadAgain()));
        return { ...given, replyId };
      case "unsure":
        throw new CallboardError("timeout", "it is not known whether the answer arrived");
      case "unauthorized":
        set({ shows: status, wasRefused: true });
    }
    throw new CallboardError(status, "the answer was not accepted");
  }

  return {
    get state() {
      return state;
    },
    follow(changed) {
      followers.add(changed);
      return () => void followers.delete(changed);
    },
    load,
    sendAgain() {
      if (state.shows !== "question" || state.unsent === undefined) return;
      const answers = answersOf(state.client);
      if (!isUnderWay(answers.stateOf(state.unsent.requestId))) answers.send(state.unsent);
    },
    close() {
      isClosed = true;
      cancelLoad();
      cancelEnd();
      followers.clear();
    },
  };
}

const isOpen = ({ request: { state } }: ShownQuestion): boolean => state === "open";
