import { useConnection } from "@callboard/client/react";
import { useState } from "react";
import { connectionView } from "../model/connection.ts";
import { useOnline } from "./use-browser.ts";
import { useNow } from "./use-now.ts";

/** How the connection stands, always in sight; only a change of its kind is read aloud. */
export function ConnectionStatus() {
  const state = useConnection();
  const online = useOnline();
  const now = useNow(state.state === "waiting" ? 1000 : undefined);
  const [entered, setEntered] = useState({ state, at: now });
  if (entered.state !== state) setEntered({ state, at: Date.now() });
  const view = connectionView(state, online, now - entered.at);
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
      {state.state === "connected" && <span className="connection-user"> as {state.user.name}</span>}
    </p>
  );
}
