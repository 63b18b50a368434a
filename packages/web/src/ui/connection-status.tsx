import { connectionView } from "@callboard/client/headless";
import { useCallboard, useConnection, useServerNow } from "@callboard/client/react";
import { useOnline } from "./use-browser.ts";

/** How the connection stands, always in sight; only a change of its kind is read aloud. */
export function ConnectionStatus() {
  const client = useCallboard();
  const state = useConnection();
  const online = useOnline();
  const now = useServerNow(state.state === "waiting" ? 1000 : undefined);
  const view = connectionView(state, now, online);
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
        <button type="button" className="button plain" onClick={client.retry}>
          Try now
        </button>
      )}
      {state.state === "connected" && <span className="connection-user"> as {state.user.name}</span>}
    </p>
  );
}
