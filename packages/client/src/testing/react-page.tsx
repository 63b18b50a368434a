import { act, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { connect } from "../callboard.ts";
import { createDrafts } from "../headless/drafts.ts";
import { CallboardProvider, DraftsProvider } from "../react.ts";
import { fakeCallboard } from "./fake-callboard.ts";
import { manualClock, settle } from "./manual-clock.ts";

/** A client of a fake server on a manual clock, and pages that draw it. */
export async function openPage(content: ReactNode, { drafts = createDrafts() } = {}) {
  const clock = manualClock();
  const server = fakeCallboard(clock);
  const client = connect({ url: "ws://x/", token: () => "t", WebSocket: server.WebSocket, clock });
  const element = document.body.appendChild(document.createElement("div"));
  const problems: unknown[] = [];
  const root = createRoot(element, {
    onUncaughtError: (error) => problems.push(error),
    onRecoverableError: (error) => problems.push(error),
  });
  const around = (node: ReactNode) => (
    <DraftsProvider drafts={drafts}>
      <CallboardProvider client={client}>{node}</CallboardProvider>
    </DraftsProvider>
  );
  const show = (node: ReactNode) =>
    act(async () => {
      root.render(around(node));
      await clock.advance(0);
    });
  await show(content);
  return {
    clock,
    server,
    client,
    element,
    /** Errors thrown while drawing. */
    problems,
    around,
    show,
    /** Runs `happens` and everything that follows from it. */
    after: (happens: () => void, ms = 0) =>
      act(async () => {
        happens();
        await settle();
        await clock.advance(ms);
      }),
    /** The types of the messages that the server has handled, without pings. */
    handled: () => server.handled.map(({ type }) => type).filter((type) => type !== "ping"),
    async close() {
      await act(async () => root.unmount());
      client.close();
      element.remove();
    },
  };
}
