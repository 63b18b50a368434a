import { defined } from "./defined.ts";
import type { RequestId } from "./names.ts";

/** The page with all questions that wait for the signed-in person; `pages` is the address of the pages. */
export const inboxLink = (pages: string): string => `${pages.replace(/\/$/, "")}/creator.html`;

/** The page of one question, for signed-in people who may answer it. */
export const questionLink = (pages: string, requestId: RequestId): string =>
  `${inboxLink(pages)}#/q/${requestId}`;

/** The page to which a notice links; it needs no sign-in. */
export const ANSWER_PAGE = "answer.html";

/** The form of the token in a notice's link. */
export const doorToken = /^[\w.-]{20,600}$/;

/** The content of an answer link's fragment. Browsers never send fragments, so no server and no log sees it. */
export interface AnswerLink {
  readonly token: string;
  /** Preselected when the page opens; nothing is sent until the reader presses the button. */
  readonly candidateId?: string;
  readonly source?: string;
}

/** The link to a question for one person and door; `pages` is the address of the pages. */
export function answerLink(pages: string, { token, candidateId, source }: AnswerLink): string {
  const parts = [
    token,
    ...(candidateId === undefined ? [] : [candidateId, ...(source === undefined ? [] : [source])]),
  ];
  return withFragment(pages, parts);
}

const UNSUBSCRIBE = "unsubscribe";

/** The link to a page with a button that turns one door off for one person; `token` must be one for unsubscribing. */
export const unsubscribeLink = (pages: string, token: string): string =>
  withFragment(pages, [UNSUBSCRIBE, token]);

function withFragment(pages: string, parts: readonly string[]): string {
  return `${pages.replace(/\/$/, "")}/${ANSWER_PAGE}#${parts.map(encodeURIComponent).join("/")}`;
}

/** What a link in a notice opens: a question, or the page that turns a door off. */
export type DoorLink =
  | ({ readonly opens: "answer" } & AnswerLink)
  | { readonly opens: "unsubscribe"; readonly token: string };

/** Mail programs may have encoded the `/` after a token. */
const fragmentOf = new RegExp(`^#?(${UNSUBSCRIBE}(?:/|%2f))?([\\w.-]+)(?:(?:/|%2f)(.*))?`, "i");
/**
 * A character that `encodeURIComponent` would have encoded: from there on the text was added by others, such as a click
 * counter.
 */
const strange = /[^\w.!~*'()%-]/;

/**
 * Reads the fragment of such a link, with or without its `#`; undefined if it is not such a link. Text that mail
 * programs and click counters add at its end is ignored.
 */
export function readDoorLink(fragment: string): DoorLink | undefined {
  const [, unsubscribes, token = "", rest = ""] = fragmentOf.exec(fragment) ?? [];
  const whole = token.replace(/\.+$/, "");
  if (!doorToken.test(whole)) return undefined;
  if (unsubscribes) return { opens: "unsubscribe", token: whole };
  const [candidateId, source] = rest.split("/").map((part) => decoded(part.split(strange)[0]));
  return { opens: "answer", token: whole, ...defined({ candidateId, source }) };
}

/** Undefined for a text that is empty or not encoded correctly. */
function decoded(part: string | undefined): string | undefined {
  try {
    return decodeURIComponent(part ?? "") || undefined;
  } catch {
    return undefined;
  }
}
