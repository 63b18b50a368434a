import type { ConnectionCode } from "@callboard/client/headless";
import type { Words } from "../words/words.ts";

/**
 * The state of the connection in a few words that change rarely; `signed_out` is for readers who have signed
 * out of the pages.
 */
export function connectionText(
  code: ConnectionCode | "signed_out",
  { shell: { connection } }: Words,
): string {
  switch (code) {
    case "connected":
      return connection.connected;
    case "connecting":
      return connection.connecting;
    case "offline":
      return connection.offline;
    case "reconnecting":
      return connection.reconnecting;
    case "no_token":
      return connection.cannotSignIn;
    case "unauthorized_or_unreachable":
      return connection.refusedOrUnreachable;
    case "unauthorized":
      return connection.notAuthorised;
    case "ended":
      return connection.disconnected;
    case "signed_out":
      return connection.signedOut;
  }
}
