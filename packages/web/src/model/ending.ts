import { ownLabel, type TitleOf } from "@callboard/client/headless";
import type { ReceiptValue, RequestValue } from "@callboard/protocol";
import { answerText, quotedTitle } from "./question.ts";
import { type Locale, momentText } from "./time.ts";
import { actionText, labelOf, quoted, reasonText, said, subjectName, whoText } from "./words.ts";

/** What became of a question: `done` well, still `pending`, or `lost`. */
export interface Ending {
  tone: "done" | "pending" | "lost";
  /** Who answered what, or why nobody can any more. */
  what: string;
  /** Whether the workflow has the answer. */
  delivery?: string | undefined;
}

/** Tells what became of a question; undefined while it is open. */
export function endingOf(
  request: RequestValue,
  titleOf: TitleOf,
  me: string | undefined,
  now: number,
  locale: Locale = {},
): Ending | undefined {
  const reason = reasonText(request.reason);
  const why = reason && ` ${reason}`;
  const what = request.reply
    ? replyText(request, request.reply, titleOf, me, now, locale)
    : "It was answered.";
  switch (request.state) {
    case "open":
      return undefined;
    case "answered":
      return { tone: "pending", what, delivery: "It is being handed to the workflow…" };
    case "relayed":
      return { tone: "done", what, delivery: "The workflow has the answer." };
    case "undeliverable":
      return { tone: "lost", what, delivery: `The workflow did not get it.${why}` };
    case "unconfirmed":
      return { tone: "lost", what, delivery: `Whether the workflow got it could not be found out.${why}` };
    case "expired":
      return { tone: "lost", what: "Nobody answered in time.", delivery: reason || undefined };
    case "withdrawn":
      return {
        tone: "lost",
        what: "The workflow no longer waits for an answer.",
        delivery: reason || undefined,
      };
    case "superseded":
      return { tone: "lost", what: "A newer question took its place.", delivery: reason || undefined };
  }
}

type Reply = NonNullable<RequestValue["reply"]>;

/** Who answered what and when: "Bo chose “A night at the Globe” at 14:02." */
function replyText(
  request: RequestValue,
  reply: Reply,
  titleOf: TitleOf,
  me: string | undefined,
  now: number,
  locale: Locale = {},
): string {
  const at = momentText(reply.at, now, locale);
  const title = quotedTitle(reply, titleOf);
  if (reply.by.id === "system") {
    const taken =
      title === undefined ? defaultAction(request, reply) : `${quoted(title)} was taken by the system`;
    return `Nobody answered in time, so ${taken} at ${at}.`;
  }
  return `${whoText(reply.by, me)} ${replyAction(request, reply, title)} at ${at}.`;
}

function replyAction(request: RequestValue, reply: Reply, title: string | undefined): string {
  const { verb, comment } = reply;
  const own = ownLabel(request, verb);
  const chose = own === undefined ? actionText(verb) : `chose ${quoted(own)}`;
  const withComment = comment ? `, with the comment ${quoted(comment)},` : "";
  switch (verb) {
    case "pick":
      return `${title === undefined ? actionText("pick") : `chose ${quoted(title)}`}${withComment}`;
    case "edit":
      return `${title === undefined ? actionText("edit") : `wrote ${quoted(title)}`}${withComment}`;
    case "answer":
      return `answered ${answerText(reply.value)}${withComment}`;
    case "approve":
      return `${chose}${withComment}`;
    case "regenerate":
      return comment ? `${chose}, with the hint ${quoted(comment)},` : chose;
    case "reject":
      return comment ? `${chose} (${quoted(comment)})` : chose;
  }
}

function defaultAction(request: RequestValue, reply: Reply): string {
  const own = ownLabel(request, reply.verb);
  switch (reply.verb) {
    case "approve":
      return own === undefined ? "the system took it as approved" : `the system chose ${quoted(own)}`;
    case "reject":
      return own === undefined ? "the system took it as rejected" : `the system chose ${quoted(own)}`;
    case "regenerate":
      return `the system chose ${quoted(labelOf(request, "regenerate"))}`;
    case "answer":
      return `the system gave the answer ${answerText(reply.value)}`;
    case "pick":
    case "edit":
      return "the system took the first proposal";
  }
}

const deliveries: Record<ReceiptValue["status"], string> = {
  accepted: "it was accepted and is on its way to the workflow",
  relayed: "the workflow has the answer",
  undeliverable: "the workflow did not get the answer",
  unconfirmed: "whether the workflow got the answer could not be found out",
};

/** A receipt in plain words: "You chose a proposal for v_1: the workflow has the answer." */
export function receiptText(receipt: ReceiptValue, name: string = subjectName(receipt.subject)): string {
  const thread = receipt.thread === undefined ? "" : `, ${said(receipt.thread)}`;
  const told = `You ${actionText(receipt.verb)} for ${said(name)}${thread}: ${deliveries[receipt.status]}.`;
  return `${told} ${reasonText(receipt.reason)}`.trim();
}
