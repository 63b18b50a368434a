import {
  type AttendingValue,
  isRequestId,
  isSubject,
  type Principal,
  type RequestId,
  type RequestState,
  type Subject,
  type Verb,
  workChannel,
} from "@callboard/protocol";
import { type ReactNode, useCallback, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { ChannelStatus } from "./channel-view.ts";
import {
  type Answerable,
  type AnswerParts,
  answerableOf,
  type Proposals,
  proposalsFor,
  replyOf,
} from "./headless/answerable.ts";
import { answersOf } from "./headless/answers.ts";
import { type AskedPeople, attendersOf, followAsked, nextLapse } from "./headless/attention.ts";
import { issuesOf } from "./headless/outcome.ts";
import { type Question as AskedQuestion, questionsIn } from "./headless/question.ts";
import type { Acted, ReplyInput } from "./outbox.ts";
import { type QuestionForm, useAnswerForm } from "./use-answer-form.ts";
import { useAttention } from "./use-attention.ts";
import { useCallboard, useServerNow, useServerNowPast, useUser } from "./use-callboard.ts";
import { useChannel } from "./use-channel.ts";
import { useDrafts } from "./use-draft.ts";
import { useInbox } from "./use-inbox.ts";

export interface QuestionOptions {
  /**
   * The question's subject, for owners, who may see any question. Without it the question is looked up in the
   * user's inboxes.
   */
  readonly subject?: string | undefined;
  /** Whether the others see that it is open here. Default: true. */
  readonly attention?: boolean | undefined;
  /**
   * How often `msLeft` is updated while there is a deadline, in milliseconds; `false` for never. Default:
   * 1,000.
   */
  readonly tickMs?: number | false | undefined;
  /** The reader's locale for numbers: a BCP 47 tag. Default: the browser's. */
  readonly locale?: string | undefined;
  /**
   * Gets the reply that `answer` would send, for example to keep it for a moment in which the user can undo
   * it. Such a page gives it a `replyId` and sends it with `answersOf(client)`. Default: it is sent at once.
   */
  readonly send?: ((reply: ReplyInput) => void) | undefined;
}

/** A question with all that is needed to draw and answer it. */
export interface QuestionView extends Answerable, Proposals {
  readonly requestId: string;
  /** Its subject; undefined until it was found. */
  readonly subject: string | undefined;
  /** `loading`: nothing is known so far; `unknown`: there is no such question, or the user may not see it. */
  readonly state: RequestState | "loading" | "unknown";
  /** How far the data can be trusted, or why it cannot be followed. */
  readonly status: ChannelStatus;
  readonly prompt: string;
  /** The language of the question's texts: a BCP 47 tag. */
  readonly lang: string | undefined;
  /** Selects a candidate by its `key`. */
  readonly mark: (key: string | undefined) => void;
  readonly setComment: (comment: string) => void;
  /** The form of an answer with a value, if the question takes one, once the code of forms is loaded. */
  readonly form: QuestionForm | undefined;
  /** Parts of your own, kept with the draft, which survives a reload: plain JSON by name. */
  readonly draft: {
    readonly get: <T = unknown>(name: string) => T | undefined;
    readonly set: (name: string, part: unknown) => void;
  };
  /** When it stops accepting answers, by the server's clock, in milliseconds. */
  readonly deadline: number | undefined;
  /** The time left, in milliseconds. */
  readonly msLeft: number | undefined;
  /**
   * Sends an answer with the selected candidate, the form's value and the comment, unless `parts` replaces
   * them. `edit` takes its value from the draft's part `value`. Returns false when it was not sent because
   * something is missing.
   */
  readonly answer: (verb: Verb, parts?: AnswerParts) => boolean;
  /** The others who have it open. */
  readonly attending: readonly AttendingValue[];
  /** Its assignees, and those who were added later. */
  readonly asked: AskedPeople | undefined;
  readonly extend: (deadline: number) => Promise<Acted>;
  readonly reassign: (assignees: readonly Principal[]) => Promise<Acted>;
  /**
   * For the element that shows the question: while it is on the screen, the others see that this user has the
   * question open.
   */
  readonly ref: (element: Element | null) => void;
}

/**
 * Provides all that is needed to draw and answer a question. A draft is kept until the question is closed. An
 * answer is sent even if the component unmounts; the outcome is there when it mounts again.
 */
export function useQuestion(requestId: string, options: QuestionOptions = {}): QuestionView {
  const { attention = true, tickMs = 1_000 } = options;
  const client = useCallboard();
  const me = useUser()?.id;
  const inbox = useInbox();
  const line = inbox.wanted.find((one) => one.requestId === requestId);
  const receipt = inbox.receipts.find((one) => one.requestId === requestId);
  const subject = useKept(requestId, options.subject ?? subjectIn(line) ?? receipt?.subject);
  const channel = subject === undefined ? undefined : workChannel(subject as Subject);
  const { items, status, stale } = useChannel(channel);

  const question = useMemo(
    () => questionsIn(items).find((one) => one.requestId === requestId),
    [items, requestId],
  );
  const answers = answersOf(client);
  const own = useCallback(() => answers.stateOf(requestId), [answers, requestId]);
  const answer = useSyncExternalStore(answers.follow, own, own);
  const drafts = useDrafts();
  const kept = useCallback(() => drafts.parts(requestId), [drafts, requestId]);
  const parts = useSyncExternalStore(drafts.follow, kept, () => undefined);
  const isClosed = question !== undefined && question.state !== "open";
  useEffect(() => {
    if (isClosed) drafts.forget(requestId);
  }, [drafts, requestId, isClosed]);
  const setPart = useCallback(
    (name: string, part: unknown) => drafts.write(requestId, name, part),
    [drafts, requestId],
  );

  const proposals = useMemo(() => proposalsFor(items, question), [items, question]);
  const takesValue = question?.verbs.includes("answer") ?? false;
  const form = useAnswerForm(question?.torn ? undefined : question?.schema, {
    requestId,
    wanted: takesValue,
    issues: answer.phase === "refused" && answer.code === "invalid" ? issuesOf(answer.details) : undefined,
    locale: options.locale,
  });
  const { rounds } = proposals;
  const isAsked = line !== undefined;
  const sources = { question, answer, receipt, me, parts, rounds, isAsked, reading: form?.reading };
  const answerable = answerableOf(sources);
  const { open } = answerable;

  const asked = useAsked(question);
  const [element, ref] = useState<Element | null>(null);
  useAttention(
    attention && open && isRequestId(requestId) ? requestId : undefined,
    question?.assignees ?? [],
    element ?? undefined,
  );
  const othersAt = (now: number) => (open ? attendersOf(items, requestId as RequestId, me, now) : []);
  const lapse = useServerNowPast((now) => nextLapse(othersAt(now)));
  const deadline = question?.deadline ?? line?.deadline;
  const now = useServerNow(open && deadline !== undefined && tickMs !== false ? tickMs : undefined);

  const isComing = subject === undefined ? inbox.stale : typeof status === "string" && stale;

  function send(verb: Verb, given?: AnswerParts): boolean {
    // Another button may have been pressed since the last render, and something may have been selected or
    // typed.
    const now = { ...sources, answer: own(), parts: kept(), reading: form?.readNow() };
    const reply = replyOf(now, verb, given);
    if (!reply) return false;
    if (verb === "answer") form?.sent();
    (options.send ?? answers.send)(reply);
    return true;
  }

  return {
    ...answerable,
    ...proposals,
    requestId,
    subject,
    state: question?.state ?? (isComing ? "loading" : "unknown"),
    status,
    prompt: question?.prompt ?? line?.prompt ?? "",
    lang: question?.lang ?? line?.lang,
    mark: (key) => setPart("marked", key),
    setComment: (next) => setPart("comment", next === "" ? undefined : next),
    form,
    draft: { get: <T>(name: string) => parts?.get(name) as T | undefined, set: setPart },
    deadline,
    msLeft: deadline === undefined ? undefined : Math.max(0, deadline - now),
    answer: send,
    attending: othersAt(lapse),
    asked,
    extend: (until) => client.extend(requestId as RequestId, until),
    reassign: (assignees) => client.reassign(requestId as RequestId, assignees),
    ref,
  };
}

/** A question with a render function: `children` gets the result of `useQuestion`. */
export function Question({
  requestId,
  children,
  ...options
}: QuestionOptions & {
  readonly requestId: string;
  readonly children: (question: QuestionView) => ReactNode;
}): ReactNode {
  return children(useQuestion(requestId, options));
}

const subjectIn = (line: { readonly subject: string } | undefined): string | undefined =>
  line !== undefined && isSubject(line.subject) ? line.subject : undefined;

/** The last value found for a question: a line leaves the inbox when the question is closed. */
function useKept(requestId: string, found: string | undefined): string | undefined {
  const [kept, setKept] = useState<{ requestId: string; found: string }>();
  const known = found ?? (kept?.requestId === requestId ? kept.found : undefined);
  if (known !== undefined && (kept?.requestId !== requestId || kept.found !== known))
    setKept({ requestId, found: known });
  return known;
}

function useAsked(question: AskedQuestion | undefined): AskedPeople | undefined {
  const [seen, setSeen] = useState<AskedPeople>();
  const asked = question && followAsked(seen, question, question.changedAt);
  if (asked !== undefined && asked !== seen) setSeen(asked);
  return asked;
}
