/**
 * The message of a step or execution that ended with its run, if the workflow itself gave none. It is for everybody,
 * and in English.
 */
export const endMessages = {
  failed: "Something went wrong.",
  timed_out: "It took too long.",
  aborted: "It was stopped.",
} as const;

/**
 * Whether a message is one of these, which say no more than the state beside it. A page that shows the state in its
 * reader's language need not show such a message.
 *
 * @example
 * const shown = isEndMessage(value.message) ? "" : value.message;
 */
export function isEndMessage(message: string): boolean {
  return Object.values<string>(endMessages).includes(message);
}
