import { type Channel, isSubject, type RequestState, type Subject, workChannel } from "@callboard/protocol";
import type { Callboard } from "../callboard.ts";
import type { ChannelStatus } from "../channel-view.ts";
import { answerForm } from "../headless/answer-form.ts";
import {
  type Answerable,
  type AnswerableSources,
  answerableOf,
  proposalsFor,
  replyOf,
} from "../headless/answerable.ts";
import { answersOf } from "../headless/answers.ts";
import { attendersOf } from "../headless/attention.ts";
import type { TitleOf } from "../headless/candidates.ts";
import type { Drafts } from "../headless/drafts.ts";
import type { AnswerForm, FieldState } from "../headless/form-field.ts";
import { type FieldProblem, type FormReading, readForm } from "../headless/form-reading.ts";
import { receiptsOf, wantedOf } from "../headless/inbox.ts";
import type { Items } from "../headless/items.ts";
import { questionsIn } from "../headless/question.ts";
import { placedIssues } from "../headless/server-issues.ts";

/** The form of a question's schema, and its state. */
export interface FollowedForm extends AnswerForm {
  readonly state: FieldState;
  readonly reading: FormReading;
  /** The problems that the server found in the sent answer, by field, until the user changes something. */
  readonly issues: readonly FieldProblem[];
}

/** A question at a moment, with all that is needed to draw it. */
export interface QuestionNow extends Answerable {
  /** Undefined while no question is open. */
  readonly requestId: string | undefined;
  readonly state: RequestState | "loading" | "unknown" | "nothing";
  readonly status: ChannelStatus;
  readonly prompt: string;
  readonly lang: string | undefined;
  readonly titleOf: TitleOf;
  readonly form: FollowedForm | undefined;
  readonly parts: ReadonlyMap<string, unknown> | undefined;
  readonly deadline: number | undefined;
  /** By the server's clock, in milliseconds. */
  readonly now: number;
  readonly me: string | undefined;
  readonly attending: ReturnType<typeof attendersOf>;
  /** How many other questions wait for an answer. */
  readonly others: number;
  readonly sources: AnswerableSources;
}

/** What to follow: one question by its id, or the most urgent one. */
export interface FollowOptions {
  readonly named: string | undefined;
  readonly subject: string | undefined;
  readonly drafts: Drafts;
  readonly locale: string | undefined;
}

/**
 * Follows one question, or one after the other; `changed` is called whenever the result of `now` may have
 * changed.
 */
export function followQuestion(
  client: Callboard,
  { named, subject: given, drafts, locale }: FollowOptions,
  changed: () => void,
) {
  const answers = answersOf(client);
  const follows = new Map<Channel, () => void>();
  const ends = [client.onState(changed), answers.follow(changed), drafts.follow(changed)];
  const offsetMinutes = -new Date(globalThis.performance?.timeOrigin ?? 0).getTimezoneOffset();
  let requestId = named;
  let subject = given;
  let me: string | undefined;
  let sent: string | undefined;
  let waiting: readonly { readonly requestId: string }[] = [];
  let drawn: { schema: unknown; form: AnswerForm } | undefined;

  function follow(channels: readonly Channel[]): void {
    for (const [name, end] of follows)
      if (!channels.includes(name)) {
        end();
        follows.delete(name);
      }
    for (const name of channels)
      if (!follows.has(name)) follows.set(name, client.channel(name).follow(changed));
  }

  function formOf(schema: unknown, state: unknown, issues: readonly string[]): FollowedForm {
    const form =
      drawn && (drawn.schema === schema || JSON.stringify(drawn.schema) === JSON.stringify(schema))
        ? drawn.form
        : answerForm(schema, { locale, offsetMinutes });
    drawn = { schema, form };
    const now = (state === undefined ? form.field.initial : state) as FieldState;
    const isSent = sent === JSON.stringify(now);
    return {
      ...form,
      state: now,
      reading: readForm(form, now),
      issues: isSent ? placedIssues(form, now, issues) : [],
    };
  }

  /** The open questions of a subject, the most urgent first. */
  const openOf = (about: string) =>
    questionsIn(client.channel(workChannel(about as Subject)).items)
      .filter(({ state }) => state === "open")
      .sort((a, b) => (a.deadline ?? Infinity) - (b.deadline ?? Infinity) || a.askedAt - b.askedAt);

  function now(): QuestionNow {
    if (client.state.state === "connected") me = client.state.user.id;
    const names = client.inboxes();
    const inboxes = names.map((name) => client.channel(name));
    const theirItems = inboxes.map((inbox) => inbox.items);
    const wanted = wantedOf(theirItems);
    const { receipts } = receiptsOf(theirItems);
    waiting = given === undefined ? wanted : openOf(given);
    requestId ??= waiting[0]?.requestId;
    const line = wanted.find((one) => one.requestId === requestId);
    const receipt = receipts.find((one) => one.requestId === requestId);
    subject ??= [line?.subject, receipt?.subject].find((one) => one !== undefined && isSubject(one));
    const channel = subject === undefined ? undefined : workChannel(subject as Subject);
    follow(channel ? [...names, channel] : names);
    const view = channel && client.channel(channel);
    const items: Items = view?.items ?? new Map();
    const status = view?.status ?? "idle";

    const question = questionsIn(items).find((one) => one.requestId === requestId);
    if (question && question.state !== "open") drafts.forget(question.requestId);
    const parts = requestId === undefined ? undefined : drafts.parts(requestId);
    const answer = answers.stateOf(requestId ?? "");
    const { rounds, titleOf } = proposalsFor(items, question);
    const base = { question, answer, receipt, me, parts, rounds };
    const before = answerableOf({ ...base, reading: undefined });
    const { outcome } = before;
    const form =
      question?.verbs.includes("answer") && !question.torn
        ? formOf(question.schema, parts?.get("answer"), outcome.phase === "refused" ? outcome.issues : [])
        : undefined;
    const sources = { ...base, reading: form?.reading };
    const inboxComes =
      names.length === 0 ||
      inboxes.some((one) => one.status !== "following" && typeof one.status === "string");
    const isComing = view ? typeof status === "string" && status !== "following" : inboxComes;
    const open = before.open;
    const at = client.now();
    return {
      ...answerableOf(sources),
      requestId,
      state: question?.state ?? (isComing ? "loading" : requestId === undefined ? "nothing" : "unknown"),
      status,
      prompt: question?.prompt ?? line?.prompt ?? "",
      lang: question?.lang ?? line?.lang,
      titleOf,
      form,
      parts,
      deadline: question?.deadline ?? line?.deadline,
      now: at,
      me,
      attending: open && question ? attendersOf(items, question.requestId, me, at) : [],
      others: waiting.filter((one) => one.requestId !== requestId).length,
      sources,
    };
  }

  return {
    now,
    /** The reply that pressing a verb would send. */
    reply: (verb: Parameters<typeof replyOf>[1], value?: unknown) =>
      replyOf(now().sources, verb, value === undefined ? {} : { value }),
    send(reply: NonNullable<ReturnType<typeof replyOf>>) {
      if (reply.verb === "answer") sent = JSON.stringify(now().form?.state);
      answers.send(reply);
    },
    /** Keeps a part of the draft; `undefined` deletes it. */
    keep(name: string, part: unknown) {
      if (requestId !== undefined) drafts.write(requestId, name, part);
    },
    /** Goes on to the most urgent of the other questions. */
    next() {
      requestId = waiting.find((one) => one.requestId !== requestId)?.requestId;
      subject = given;
      sent = undefined;
      changed();
    },
    stop() {
      follow([]);
      for (const end of ends) end();
    },
  };
}

/** A question that is followed. */
export type FollowedQuestion = ReturnType<typeof followQuestion>;
