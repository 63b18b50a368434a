import { connect } from "@callboard/client";
import { CallboardProvider } from "@callboard/client/react";
import { createRoot } from "react-dom/client";
import { Order } from "./order";

const {
  VITE_CALLBOARD_PAGES: pages = "http://127.0.0.1:3000",
  VITE_CALLBOARD_SOCKET: url = "ws://127.0.0.1:3001/",
} = import.meta.env;

const callboard = connect({
  url,
  // In your application, get the token from your own back end.
  token: async () => (await (await fetch(`${pages}/dev/token?user=ana&role=creator`)).json()).token,
});

const id = new URLSearchParams(location.search).get("order") ?? "7";

createRoot(document.body).render(
  <CallboardProvider client={callboard}>
    <Order id={id} />
  </CallboardProvider>,
);
