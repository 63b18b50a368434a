"use client";

import { connect } from "@callboard/client";
import { CallboardProvider } from "@callboard/client/react";
import type { ReactNode } from "react";

const pages = process.env.NEXT_PUBLIC_CALLBOARD_PAGES ?? "http://127.0.0.1:3000";

const callboard = connect({
  url: process.env.NEXT_PUBLIC_CALLBOARD_SOCKET ?? "ws://127.0.0.1:3001/",
  // In your application, get the token from your own back end.
  token: async () => (await (await fetch(`${pages}/dev/token?user=ana&role=creator`)).json()).token,
  // Nothing is followed on the server, so it never connects there.
  lazy: true,
});

/** Provides the application's one client to all components below it. */
export function Callboard({ children }: { children: ReactNode }) {
  return <CallboardProvider client={callboard}>{children}</CallboardProvider>;
}
