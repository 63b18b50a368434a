/**
 * What a client should do after an error: not repeat the message, repeat it later, or connect again with a new token.
 */
export type Retry = "never" | "later" | "reauthenticate";

/** Every code of an `error`, with what it means and what to do. */
export const errorCodes = {
  bad_message: { retry: "never", message: "the message does not fit the protocol" },
  unknown_type: { retry: "never", message: "there is no such message type" },
  unauthorized: { retry: "reauthenticate", message: "the token has expired" },
  forbidden: { retry: "never", message: "this principal may not do that" },
  not_found: { retry: "never", message: "there is no such thing" },
  rate_limited: { retry: "later", message: "too many messages" },
  internal: { retry: "later", message: "something went wrong on our side" },
} as const satisfies Record<string, { retry: Retry; message: string }>;

/** Why the server could not handle a message. */
export type ErrorCode = keyof typeof errorCodes;

/** Why a channel could not be subscribed to. */
export const subscribeErrors = {
  forbidden: "this principal may not follow the channel",
  stale: "a later subscribe or unsubscribe of the channel was handled first",
} as const;

/** Why a channel could not be subscribed to. */
export type SubscribeError = keyof typeof subscribeErrors;

/** Why a reply was refused; the comments name the fields of `details`. */
export const refusalCodes = {
  /** by, at, verb, via */
  already_answered: "somebody answered before",
  /** */
  expired: "the deadline has passed",
  /** reason */
  withdrawn: "the workflow no longer waits for an answer",
  /** requestId */
  superseded: "a newer request took its place",
  /** round */
  stale_round: "the request is in another round",
  /** digest */
  stale: "the question is not what was shown",
  /** issues */
  invalid: "the answer does not fit the request",
  /** */
  forbidden: "this principal may not answer the request",
  /** */
  not_found: "there is no such request",
  /** retryAfterMs */
  rate_limited: "too many refused replies in a minute: the reason is withheld",
} as const;

/** Why a reply or another action is refused. */
export type RefusalCode = keyof typeof refusalCodes;
