import { ownLabel, type TitleOf } from "@callboard/client/headless";
import type { ReceiptValue, RequestValue } from "@callboard/protocol";
import type { Words } from "../words/words.ts";
import { answerText, quotedTitle } from "./question.ts";
import { momentText } from "./time.ts";
import {
  actionText,
  labelOf,
  quoted,
  reasonText,
  said,
  sentencesText,
  subjectName,
  whoText,
} from "./words.ts";

/** The outcome of a question: `done`, still `pending`, or `lost`. */
export interface Ending {
  tone: "done" | "pending" | "lost";
  /** Who answered what, or why nobody can answer any more. */
  what: string;
  /** Whether the workflow has the answer. */
  delivery?: string | undefined;
}

/** The outcome of a question; undefined while it is open. */
export function endingOf(
  request: RequestValue,
  titleOf: TitleOf,
  me: string | undefined,
  now: number,
  words: Words,
): Ending | undefined {
  const { endings } = words.outcomes;
  const why = reasonText(request.reason, words);
  const what = request.reply ? replyText(request, request.reply, titleOf, me, now, words) : endings.answered;
  switch (request.state) {
    case "open":
      return undefined;
    case "answered":
      return { tone: "pending", what, delivery: endings.underWay };
    case "relayed":
      return { tone: "done", what, delivery: endings.relayed };
    case "undeliverable":
    case "unconfirmed":
      return { tone: "lost", what, delivery: sentencesText([endings[request.state], why], words) };
    case "expired":
    case "withdrawn":
    case "superseded":
      return { tone: "lost", what: endings[request.state], delivery: why || undefined };
  }
}

/** The tone of a receipt. */
export const receiptTones: Readonly<Record<ReceiptValue["status"], Ending["tone"]>> = {
  accepted: "pending",
  relayed: "done",
  undeliverable: "lost",
  unconfirmed: "lost",
};

type Reply = NonNullable<RequestValue["reply"]>;

/** Who answered what and when: "Bo chose “A night at the Globe” at 14:02." */
function replyText(
  request: RequestValue,
  reply: Reply,
  titleOf: TitleOf,
  me: string | undefined,
  now: number,
  words: Words,
): string {
  const { endings, taken } = words.outcomes;
  const at = momentText(reply.at, now, words);
  const title = quotedTitle(reply, titleOf);
  if (reply.by.id !== "system")
    return endings.replied(
      whoText(reply.by, me, words),
      viaText(reply, replyAction(request, reply, title, words), words),
      at,
    );
  const what = title === undefined ? defaultAction(request, reply, words) : taken.title(quoted(title, words));
  return endings.byDefault(what, at);
}

/** An action with its way, if it was not on a page of Callboard. */
const viaText = ({ via }: Reply, action: string, { outcomes: { actions } }: Words): string =>
  via === "mail" || via === "webhook" ? actions[via](action) : action;

function replyAction(
  request: RequestValue,
  { verb, comment, value }: Reply,
  title: string | undefined,
  words: Words,
): string {
  const { actions } = words.outcomes;
  const own = ownLabel(request, verb);
  const plain = own === undefined ? actionText(verb, words) : actions.chose(quoted(own, words));
  const commented = (action: string) =>
    comment ? actions.withComment(action, quoted(comment, words)) : action;
  switch (verb) {
    case "pick":
      return commented(title === undefined ? actionText(verb, words) : actions.chose(quoted(title, words)));
    case "edit":
      return commented(title === undefined ? actionText(verb, words) : actions.wrote(quoted(title, words)));
    case "answer":
      return commented(actions.answered(answerText(value, words)));
    case "approve":
      return commented(plain);
    case "regenerate":
      return comment ? actions.withHint(plain, quoted(comment, words)) : plain;
    case "reject":
      return comment ? actions.because(plain, quoted(comment, words)) : plain;
  }
}

function defaultAction(request: RequestValue, reply: Reply, words: Words): string {
  const { taken } = words.outcomes;
  const own = ownLabel(request, reply.verb);
  switch (reply.verb) {
    case "approve":
      return own === undefined ? taken.approved : taken.chosen(quoted(own, words));
    case "reject":
      return own === undefined ? taken.rejected : taken.chosen(quoted(own, words));
    case "regenerate":
      return taken.chosen(quoted(labelOf(request, "regenerate", words), words));
    case "answer":
      return taken.answer(answerText(reply.value, words));
    case "pick":
    case "edit":
      return taken.first;
  }
}

/**
 * A receipt as text: "You chose a proposal for v_1: the workflow has the answer." Without a `name` the
 * subject's id is used.
 */
export function receiptText(receipt: ReceiptValue, name: string | undefined, words: Words): string {
  const { receipts } = words.outcomes;
  const subject = said(name ?? subjectName(receipt.subject));
  const whole = receipt.thread === undefined ? subject : receipts.inThread(subject, said(receipt.thread));
  const told = receipts.told(actionText(receipt.verb, words), whole, receipts[receipt.status]);
  return sentencesText([told, reasonText(receipt.reason, words)], words);
}
