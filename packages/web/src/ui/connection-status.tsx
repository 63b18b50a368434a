import { type ConnectionView, connectionView } from "@callboard/client/headless";
import { useCallboard, useConnection, useServerNow } from "@callboard/client/react";
import { useAccount, useIsSignedOut } from "./account.tsx";
import { useOnline } from "./use-browser.ts";

const signedOut: ConnectionView = { kind: "unauthorised", text: "Signed out", canRetry: false };

/** How the connection stands, always in sight; only a change of its kind is read aloud. */
export function ConnectionStatus() {
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
        {view.text}
      </span>
      {view.countdown !== undefined && (
        <span className="connection-countdown" aria-hidden="true">
          {view.countdown > 0 ? ` in ${view.countdown} s` : "…"}
        </span>
      )}
      {view.canRetry && (
        <button type="button" className="button plain" onClick={client.retryNow}>
          Try now
        </button>
      )}
      {state.state === "connected" && !account && (
        <span className="connection-user"> as {state.user.name}</span>
      )}
    </p>
  );
}
