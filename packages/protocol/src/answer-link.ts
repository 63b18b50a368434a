import { defined } from "./defined.ts";
import type { RequestId } from "./names.ts";

/** Where a question is answered by whoever may and is signed in; `pages` is where the pages are. */
export const questionLink = (pages: string, requestId: RequestId): string =>
  `${pages.replace(/\/$/, "")}/creator.html#/q/${requestId}`;

/** The page on which whoever was told elsewhere answers; it needs no signing in. */
export const ANSWER_PAGE = "answer.html";

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
  const fragment = parts.map(encodeURIComponent);
  return `${pages.replace(/\/$/, "")}/${ANSWER_PAGE}#${fragment.join("/")}`;
}

/** Reads such a fragment, with or without its `#`; undefined if it is none. */
export function readAnswerLink(fragment: string): AnswerLink | undefined {
  try {
    const [token, candidateId, source] = fragment.replace(/^#/, "").split("/").map(decodeURIComponent);
    return token ? (defined({ token, candidateId, source }) as AnswerLink) : undefined;
  } catch {
    return undefined;
  }
}
