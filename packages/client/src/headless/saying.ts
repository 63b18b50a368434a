/**
 * What tells the others what the person before the page does about a question, as one chunk: a page draws before anybody
 * has to hear of it. `use-attention.ts` imports it with the first open question.
 */
export { createAttentionReporter } from "./attention-reporter.ts";
export { watchPresence } from "./presence.ts";
