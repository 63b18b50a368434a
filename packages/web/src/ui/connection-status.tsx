import { connectionView } from "@callboard/client/headless";
import { useCallboard, useConnection, useServerNow } from "@callboard/client/react";
import { connectionText } from "../model/connection.ts";
import { said } from "../model/words.ts";
import { useWords } from "../words/use-words.ts";
import { useAccount, useIsSignedOut } from "./account.tsx";
import { Sentence } from "./people-text.tsx";
import { useOnline } from "./use-browser.ts";

const signedOut = {
  kind: "unauthorised",
  code: "signed_out",
  canRetry: false,
  countdown: undefined,
} as const;

/** The state of the connection, always visible; only a change of its kind is announced. */
export function ConnectionStatus() {
  const words = useWords();
  const texts = words.shell.connection;
  const client = useCallboard();
  const state = useConnection();
  const online = useOnline();
  const now = useServerNow(state.state === "waiting" ? 1000 : undefined);
  const account = useAccount();
  const isSignedOut = useIsSignedOut() && online;
  const view = isSignedOut ? signedOut : connectionView(state, now, online);
  return (
    <p className="connection" data-kind={view.kind}>
      <span role="status" data-connection={view.kind}>
        {connectionText(view.code, words)}
      </span>
      {view.countdown !== undefined && (
        <span className="connection-countdown" aria-hidden="true">
          {view.countdown > 0 ? texts.inSeconds(view.countdown) : "…"}
        </span>
      )}
      {view.canRetry && (
        <button type="button" className="button plain" onClick={client.retryNow}>
          {texts.tryNow}
        </button>
      )}
      {state.state === "connected" && !account && (
        <span className="connection-user">
          <Sentence>{texts.as(said(state.user.name))}</Sentence>
        </span>
      )}
    </p>
  );
}
