import type { Callboard, ReplyInput } from "@callboard/client";
import { answersOf, type Question } from "@callboard/client/headless";
import { useCallboard, useDrafts, useUser } from "@callboard/client/react";
import type { RequestId } from "@callboard/protocol";
import { useCallback, useEffect, useSyncExternalStore } from "react";
import { randomName } from "../session/browser-session.ts";
import { keepaliveSenderOf } from "../session/keepalive-sender.ts";
import { useAccount } from "../ui/account.tsx";
import { leaving } from "../ui/keep-signed-in.ts";
import { createHeldAnswers, type HeldAnswers, type Undoable } from "./held-answers.ts";
import { laterStorage } from "./later-storage.ts";

const known = new WeakMap<Callboard, HeldAnswers>();

/** The answers that a page's client has not sent yet. They are sent when the page is hidden or left. */
function heldAnswersOf(client: Callboard): HeldAnswers {
  const before = known.get(client);
  if (before) return before;
  const held = createHeldAnswers({
    storage: laterStorage(),
    alone,
    clock: { now: client.now, after },
    isHidden,
    answers: answersOf(client),
    keepaliveSender: keepaliveSenderOf(client),
  });
  known.set(client, held);
  const sendHidden = () => {
    if (isHidden()) held.sendAll();
  };
  // Before the client gets the event and closes its socket.
  window.addEventListener("pagehide", held.sendLast, { capture: true });
  window.addEventListener(leaving, () => void held.leave());
  document.addEventListener("freeze", held.sendLast, { capture: true });
  document.addEventListener("visibilitychange", sendHidden, { capture: true });
  return held;
}

const isHidden = (): boolean => document.visibilityState === "hidden";

function after(ms: number, work: () => void): () => void {
  const timer = setTimeout(work, ms);
  return () => clearTimeout(timer);
}

/** Web Locks exist only in secure contexts; elsewhere the reply id alone prevents duplicates. */
const alone = async (name: string, work: () => Promise<void>): Promise<void> => {
  if ("locks" in navigator) await navigator.locks.request(name, work);
  else await work();
};

/** What can be done with the user's answer to a question before it is sent. */
export interface HeldAnswerView {
  /** The answer while it can be undone. */
  readonly held: Undoable | undefined;
  /** Whether an answer was dropped because the question was closed before it was sent. */
  readonly wasDropped: boolean;
  /** Takes the reply that `useQuestion` would send. */
  readonly hold: (reply: ReplyInput) => void;
  /** Takes the answer back and restores its draft. */
  readonly undo: () => void;
  readonly sendNow: () => void;
}

/** The user's own answer to a question while it can be undone. `isWatched`: the reader can see it here. */
export function useHeldAnswer(
  requestId: string,
  subject: string,
  question: Pick<Question, "state" | "deadline" | "reply"> | undefined,
  isWatched = true,
): HeldAnswerView {
  const client = useCallboard();
  const answers = heldAnswersOf(client);
  const drafts = useDrafts();
  const user = useUser()?.id;
  const of = useCallback(() => answers.of(requestId), [answers, requestId]);
  const held = useSyncExternalStore(answers.follow, of, of);
  const taken = question?.reply?.replyId;
  const isClosed = question !== undefined && question.state !== "open";
  useEffect(() => (isWatched ? answers.watch(requestId) : undefined), [answers, isWatched, requestId]);
  useEffect(() => {
    if (isClosed && held) answers.close(requestId, taken);
  }, [answers, isClosed, requestId, taken, held]);
  return {
    held,
    wasDropped: answers.wasDropped(requestId),
    hold(reply) {
      answers.hold({
        user: user ?? "",
        subject,
        reply: { ...reply, requestId: requestId as RequestId, replyId: `rpl_${randomName(16)}` },
        parts: [...(drafts.parts(requestId) ?? [])],
        heldAt: client.now(),
        deadline: question?.deadline,
      });
    },
    undo() {
      const answer = answers.undo(requestId);
      // After a reload the tab may have lost the draft; what was entered since stays.
      for (const [name, part] of answer?.parts ?? [])
        if (drafts.read(requestId, name) === undefined) drafts.write(requestId, name, part);
    },
    sendNow: () => answers.sendNow(requestId),
  };
}

/**
 * The undoable answers that the reader does not see. Takes over the answers that another page has left, after
 * each connect and whenever this page becomes visible: the other page may have died since. Where people sign
 * in, other people's answers are deleted.
 */
export function useUnwatchedAnswers(): readonly Undoable[] {
  const answers = heldAnswersOf(useCallboard());
  const user = useUser()?.id;
  const signsIn = useAccount() !== undefined;
  useEffect(() => {
    if (user === undefined) return;
    const find = () => void answers.find(user, signsIn ? "remove" : "keep");
    const findSeen = () => isHidden() || find();
    find();
    document.addEventListener("visibilitychange", findSeen);
    return () => document.removeEventListener("visibilitychange", findSeen);
  }, [answers, user, signsIn]);
  return useSyncExternalStore(answers.follow, answers.unwatched, answers.unwatched);
}
