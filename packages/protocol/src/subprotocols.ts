/** The version of the messages: a client offers it as a subprotocol, and the server selects it. */
export const SUBPROTOCOL = "callboard.v1";
const BEARER = "callboard.bearer.";

/** What a client offers: the version, and its token, since browsers can give a WebSocket no header. */
export const subprotocolsFor = (token: string): string[] => [SUBPROTOCOL, `${BEARER}${token}`];

/** The token among the subprotocols that a client offers; undefined when there is none. */
export function bearerOf(offered: readonly string[]): string | undefined {
  const bearer = offered.find((one) => one.startsWith(BEARER) && one.length > BEARER.length);
  return bearer?.slice(BEARER.length);
}
