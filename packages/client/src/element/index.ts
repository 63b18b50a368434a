import type { RequestState, Verb } from "@callboard/protocol";
import type { Callboard } from "../callboard.ts";
import type { Outcome } from "../headless/outcome.ts";

// The public types of `@callboard/client/element`; the code is bundled from `define.ts` in this folder.

/** The events of the element; they bubble and cross shadow roots. */
export interface QuestionEvents {
  /** Somebody answers; `preventDefault()` keeps the answer from being sent. */
  readonly "callboard-answer": CustomEvent<{ readonly requestId: string; readonly verb: Verb }>;
  /** The outcome of the user's answer has changed. */
  readonly "callboard-outcome": CustomEvent<{
    readonly requestId: string;
    readonly phase: Outcome["phase"];
  }>;
  /** Nobody can answer the question any more; sent once for each question. */
  readonly "callboard-closed": CustomEvent<{ readonly requestId: string; readonly state: RequestState }>;
}

/**
 * `<callboard-question>`: a workflow's question, drawn whole. Attributes: `socket`, `token-url`, `question`,
 * `subject`. Importing this module defines the element; without a browser the import does nothing.
 */
export interface CallboardQuestionElement extends HTMLElement {
  /** The page's own client, in place of `socket` and a source of tokens; the page closes it. */
  client: Callboard | undefined;
  /**
   * Returns the token to connect with, in place of `token-url`. Elements with the same function share a
   * connection. To use another function, set `undefined` first.
   */
  token: (() => string | Promise<string>) | undefined;
}

declare global {
  interface HTMLElementTagNameMap {
    "callboard-question": CallboardQuestionElement;
  }
  interface HTMLElementEventMap extends QuestionEvents {}
}
