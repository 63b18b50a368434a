import { defined } from "./defined.ts";
import type { RequestId } from "./names.ts";

/** Where all questions are that wait for whoever is signed in; `pages` is where the pages are. */
export const inboxLink = (pages: string): string => `${pages.replace(/\/$/, "")}/creator.html`;

/** Where a question is answered by whoever may and is signed in. */
export const questionLink = (pages: string, requestId: RequestId): string =>
  `${inboxLink(pages)}#/q/${requestId}`;

/** The page on which whoever was told elsewhere answers; it needs no signing in. */
export const ANSWER_PAGE = "answer.html";

/** The form of a token that people are told by mail or webhook. */
export const doorToken = /^[\w.-]{20,600}$/;

/** What the fragment of an answer's link says: fragments are never sent, so no server and no log sees one. */
export interface AnswerLink {
  readonly token: string;
  /** Chosen when the page opens, and answered only by whoever presses the button. */
  readonly candidateId?: string;
  readonly source?: string;
}

/** The address of a question for one person and door; `pages` is where the pages are. */
export function answerLink(pages: string, { token, candidateId, source }: AnswerLink): string {
  const parts = [
    token,
    ...(candidateId === undefined ? [] : [candidateId, ...(source === undefined ? [] : [source])]),
  ];
  return withFragment(pages, parts);
}

const UNSUBSCRIBE = "unsubscribe";

/** The address at which one person turns one door off, by a button; `token` is of that kind. */
export const unsubscribeLink = (pages: string, token: string): string =>
  withFragment(pages, [UNSUBSCRIBE, token]);

function withFragment(pages: string, parts: readonly string[]): string {
  return `${pages.replace(/\/$/, "")}/${ANSWER_PAGE}#${parts.map(encodeURIComponent).join("/")}`;
}

/** What such a link opens: a question, or the way to turn the door off. */
export type DoorLink =
  | ({ readonly opens: "answer" } & AnswerLink)
  | { readonly opens: "unsubscribe"; readonly token: string };

/** Mail programs may have encoded the `/` behind a token. */
const fragmentOf = new RegExp(`^#?(${UNSUBSCRIBE}(?:/|%2f))?([\\w.-]+)(?:(?:/|%2f)(.*))?`, "i");
/** What `encodeURIComponent` would have encoded: from there on somebody else has written, such as a counter of clicks. */
const strange = /[^\w.!~*'()%-]/;

/**
 * Reads such a fragment, with or without its `#`; undefined if it is none. What mail programs and counters of clicks
 * add at its end is left out.
 */
export function readDoorLink(fragment: string): DoorLink | undefined {
  const [, unsubscribes, token = "", rest = ""] = fragmentOf.exec(fragment) ?? [];
  const whole = token.replace(/\.+$/, "");
  if (!doorToken.test(whole)) return undefined;
  if (unsubscribes) return { opens: "unsubscribe", token: whole };
  const [candidateId, source] = rest.split("/").map((part) => decoded(part.split(strange)[0]));
  return { opens: "answer", token: whole, ...defined({ candidateId, source }) };
}

/** Undefined for what is empty, or not encoded as it should be. */
function decoded(part: string | undefined): string | undefined {
  try {
    return decodeURIComponent(part ?? "") || undefined;
  } catch {
    return undefined;
  }
}
