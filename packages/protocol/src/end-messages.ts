/**
 * What a step or an execution says that ended with its run, where the workflow itself has said nothing of that. It is for
 * everybody, and in English.
 */
export const endMessages = {
  failed: "Something went wrong.",
  timed_out: "It took too long.",
  aborted: "It was stopped.",
} as const;

/**
 * Whether a message is one of these and tells no more than the state beside it. A page that says in its reader's language
 * how a step or an execution stands has said the same already.
 *
 * @example
 * const told = isEndMessage(value.message) ? "" : value.message;
 */
export function isEndMessage(message: string): boolean {
  return Object.values<string>(endMessages).includes(message);
}
