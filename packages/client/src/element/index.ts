import type { RequestState, Verb } from "@callboard/protocol";
import type { Callboard } from "../callboard.ts";
import type { Outcome } from "../headless/outcome.ts";

// What `@callboard/client/element` promises; the code is bundled from `define.ts` beside it.

/** The events of the element, which bubble and leave shadow roots. */
export interface QuestionEvents {
  /** Somebody answers; `preventDefault()` keeps the answer from being sent. */
  readonly "callboard-answer": CustomEvent<{ readonly requestId: string; readonly verb: Verb }>;
  /** What became of one's answer is another thing than before. */
  readonly "callboard-outcome": CustomEvent<{
    readonly requestId: string;
    readonly phase: Outcome["phase"];
  }>;
  /** The question can no longer be answered by anybody; told once for each. */
  readonly "callboard-closed": CustomEvent<{ readonly requestId: string; readonly state: RequestState }>;
}

/**
 * `<callboard-question>`: a question of a workflow, drawn whole. Attributes: `socket`, `token-url`, `question`,
 * `subject`. Importing this module defines it; where there is no browser that does nothing.
 */
export interface CallboardQuestionElement extends HTMLElement {
  /** The page's own client, in place of `socket` and a source of tokens; whoever made it closes it. */
  client: Callboard | undefined;
  /**
   * Gives the token to connect with, in place of `token-url`. Elements with the same function share a connection;
   * another function in its place changes nothing until it was undefined.
   */
  token: (() => string | Promise<string>) | undefined;
}

declare global {
  interface HTMLElementTagNameMap {
    "callboard-question": CallboardQuestionElement;
  }
  interface HTMLElementEventMap extends QuestionEvents {}
}
