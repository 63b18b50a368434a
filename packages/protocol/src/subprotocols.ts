/** The version of the messages: a client offers it as a subprotocol, and the server selects it. */
export const SUBPROTOCOL = "callboard.v1";
const BEARER = "callboard.bearer.";

/**
 * The subprotocols that a client offers: the version, and its token, because browsers cannot set headers of a
 * WebSocket.
 */
export const subprotocolsFor = (token: string): string[] => [SUBPROTOCOL, `${BEARER}${token}`];

/** The token among the subprotocols that a client offers; undefined when there is none. */
export function bearerOf(offered: readonly string[]): string | undefined {
  const bearer = offered.find((one) => one.startsWith(BEARER) && one.length > BEARER.length);
  return bearer?.slice(BEARER.length);
}
