"use client";

import { connect } from "@callboard/client";
import { CallboardProvider } from "@callboard/client/react";
import type { ReactNode } from "react";

const pages = process.env.NEXT_PUBLIC_CALLBOARD_PAGES ?? "http://127.0.0.1:3000";

const callboard = connect({
  url: process.env.NEXT_PUBLIC_CALLBOARD_SOCKET ?? "ws://127.0.0.1:3001/",
  // In your application, ask your own back end.
  token: async () => (await (await fetch(`${pages}/dev/token?user=ana&role=creator`)).json()).token,
  // On the server nothing is followed, so it never connects there.
  lazy: true,
});

/** The one client of the application, for every component below it. */
export function Callboard({ children }: { children: ReactNode }) {
  return <CallboardProvider client={callboard}>{children}</CallboardProvider>;
}
