import { type DefaultReply, defined, type Verb, verbs } from "@callboard/protocol";
import type { ReplyInput } from "../outbox.ts";
import { isUnderWay } from "./answers.ts";
import {
  type Candidate,
  type CandidateRound,
  candidatesIn,
  candidatesOf,
  namedIn,
  offeredIn,
  type TitleOf,
  titlesOf,
} from "./candidates.ts";
import type { FormReading } from "./form-reading.ts";
import type { Items } from "./items.ts";
import { isSettled, type Outcome, type OutcomeSources, outcomeOf } from "./outcome.ts";
import { type Question, type QuestionVerb, verbsOf } from "./question.ts";

/** The proposals for a question. */
export interface Proposals {
  /** All rounds of its thread, the newest first, each with its proposals by source. */
  readonly rounds: readonly CandidateRound[];
  /** The keys of proposals of the thread that cannot be read. */
  readonly unread: readonly string[];
  /** Finds the title of the candidate in a reply or a default. */
  readonly titleOf: TitleOf;
}

/** Reads the proposals for a question of a subject; there are none without a question. */
export function proposalsFor(items: Items, question: Question | undefined): Proposals {
  if (!question) return { rounds: [], unread: [], titleOf: () => undefined };
  const { candidates, unread } = candidatesIn(items);
  return {
    rounds: candidatesOf(candidates, question.thread, question),
    unread: unread.filter((key) => key.startsWith(`candidate/${question.thread}/`)),
    titleOf: titlesOf(candidates, question),
  };
}

/** A question with what the user has entered so far. */
export interface Answerable {
  readonly question: Question | undefined;
  /** The outcome of the user's answer. */
  readonly outcome: Outcome;
  /** Whether this user can still answer: the question is open, and no answer of theirs was accepted. */
  readonly open: boolean;
  /** The proposals that can be chosen now. */
  readonly candidates: readonly Candidate[];
  /** The selected proposal. */
  readonly marked: Candidate | undefined;
  /** The comment, sent with every answer. */
  readonly comment: string;
  /** The ways to answer, each with what is still missing. */
  readonly verbs: readonly QuestionVerb[];
}

/** The data that an answerable question is built from. */
export interface AnswerableSources extends OutcomeSources {
  readonly question: Question | undefined;
  readonly rounds: readonly CandidateRound[];
  /** The draft's parts by name: `marked` is a candidate's key, `comment` a text, `value` the value of an `edit`. */
  readonly parts: ReadonlyMap<string, unknown> | undefined;
  /** Whether the question is in this user's inbox: a user who was refused may have been assigned since. */
  readonly isAsked?: boolean | undefined;
  /** What was read from the form of the question's schema, if the question takes a value. */
  readonly reading: FormReading | undefined;
}

/** Combines a question with what the user has entered so far. */
export function answerableOf(sources: AnswerableSources): Answerable {
  const { question, rounds, parts, answer, isAsked } = sources;
  const outcome = outcomeOf(sources);
  const mayAnswer = isAsked && outcome.phase === "refused" && outcome.code === "forbidden";
  const open = question?.state === "open" && (mayAnswer || !isSettled(outcome));
  const candidates = question && open ? offeredIn(rounds, question) : [];
  const marked = candidates.find(({ key }) => key === parts?.get("marked"));
  const comment = parts?.get("comment");
  return {
    question,
    outcome,
    open,
    candidates,
    marked,
    comment: typeof comment === "string" ? comment : "",
    verbs: question
      ? verbsOf(question, {
          hasCandidate: marked !== undefined,
          hasValue: (verb) => valueFor(verb, sources) !== undefined,
          canSend: open && !isUnderWay(answer),
        })
      : [],
  };
}

/** The parts of an answer except its verb; parts that are left out come from the draft. */
export type AnswerParts = Partial<Omit<DefaultReply, "verb">>;

/**
 * Builds the reply for an answer at the time of `sources`. The selected candidate, the form's value and the
 * comment are included unless `given` replaces them. Undefined while something is missing, or nothing can be
 * sent.
 */
export function replyOf(
  sources: AnswerableSources,
  verb: Verb,
  given: AnswerParts = {},
): ReplyInput | undefined {
  const { question, marked, open, comment } = answerableOf(sources);
  if (!question) return undefined;
  const reply = {
    ...(marked && verbs[verb].marks && given.candidateId === undefined && namedIn(question, marked)),
    value: valueFor(verb, sources),
    ...given,
    verb,
    comment: (given.comment ?? comment).trim() || undefined,
    digest: question.digest,
  };
  const way = verbsOf(question, {
    hasCandidate: reply.candidateId !== undefined,
    hasValue: () => reply.value !== undefined,
    canSend: open && !isUnderWay(sources.answer),
  }).find((one) => one.verb === verb);
  if (!way?.ready) return undefined;
  return { requestId: question.requestId, round: question.round, ...defined(reply) };
}

function valueFor(verb: Verb, { parts, reading }: AnswerableSources): unknown {
  if (verb === "edit") return parts?.get("value");
  return verb === "answer" && reading?.ok ? reading.value : undefined;
}
