import { type Callboard, connect } from "@callboard/client";
import { CallboardProvider } from "@callboard/client/react";
import { type ComponentType, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import type { Begun } from "../boot/begin.ts";
import { clientName } from "../boot/first-words.ts";
import { boot } from "../boot/main.ts";
import { ReadingContext, readHttp } from "../http/reading.ts";
import { randomName } from "../session/browser-session.ts";
import { type Config, loadConfig } from "../session/config.ts";
import { keepaliveSender, setKeepaliveSender } from "../session/keepalive-sender.ts";
import { takeTokenFromAddress } from "../session/take-token.ts";
import type { Role } from "../session/token.ts";
import { type VideosApi, videosApi } from "../videos/videos-api.ts";
import { AccountProvider } from "./account.tsx";
import { enterPage, partings } from "./enter-page.tsx";
import { ServerSilent } from "./entry-notices.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { keepSignedIn } from "./keep-signed-in.ts";
import { speakingRoot } from "./speaking-root.tsx";

declare global {
  interface Window {
    /** The page's client, for debugging. */
    callboard?: Callboard;
  }
}

/** The props of every page. */
export interface PageProps {
  config: Config;
  /** Undefined without a video application. */
  videos: VideosApi | undefined;
}

/**
 * The timeouts of attempts while somebody waits, in turn, in milliseconds: a hanging attempt is soon
 * replaced, and a slow network still succeeds.
 */
const LOOKED_AT_MS = [4_000, 4_000, 20_000] as const;

/** How long early followed channels are kept until the page follows them itself, in milliseconds. */
const AHEAD_MS = 10_000;

/**
 * Starts a page: continues what its first script has started, connects and renders. An embedded page keeps
 * nothing, and belongs to its link's user: another site's frame never shows the data of a sign-in.
 */
export async function mountPage(
  role: Role,
  Page: ComponentType<PageProps>,
  { isEmbedded = false } = {},
): Promise<void> {
  if (!boot) throw new Error("the page does not say in its HTML which one it is");
  const { begun, opening, storage } = boot;
  const drawn = createRoot(document.getElementById("root")!);
  window.addEventListener("hashchange", () => {
    if (takeTokenFromAddress(role, storage, { isTakenOut: !isEmbedded })) window.location.reload();
  });

  const base = new URL(window.location.href);
  const ownFetch = window.fetch.bind(window);
  const [root, config] = await Promise.all([
    speakingRoot(drawn, (words) => words.shell.pages[role], opening),
    begun.config,
  ]);
  if (!config) {
    root.render(<ServerSilent />);
    return;
  }
  const entry = await enterPage({
    root,
    role,
    config,
    storage,
    isEmbedded,
    base,
    fetch: ownFetch,
    now: () => client.now(),
  });
  if (!entry) return;
  const { source, session } = entry;
  let attempts = 0;
  const client = connect({
    url: config.socketUrl,
    async token() {
      await begun.token;
      follow.begin();
      return source.token();
    },
    WebSocket: begun.WebSocket,
    name: clientName(role),
    openTimeoutMs: () => (isLookedAt() ? LOOKED_AT_MS[attempts++ % 3]! : 20_000),
    longestWaitMs: () => (isLookedAt() ? 4_000 : 30_000),
    async isServerUp() {
      const up = (await loadConfig(base, ownFetch)) !== undefined;
      // The token may belong to data that was deleted since.
      if (up) source.distrust();
      return up;
    },
  });
  const follow = followAhead(client, begun);
  client.onState(({ state }) => {
    if (state !== "connected") return;
    attempts = 0;
    follow.end();
  });
  window.callboard = client;
  setKeepaliveSender(client, keepaliveSender(config.httpUrl, source.token, ownFetch));
  const videos = config.videos
    ? videosApi({
        httpUrl: config.httpUrl,
        token: source.token,
        fetch: ownFetch,
        newId: () => randomName(12),
      })
    : undefined;
  const account = session && keepSignedIn({ client, session, base, ...partings(root, session) });
  root.render(
    <StrictMode>
      <ErrorBoundary>
        <CallboardProvider client={client}>
          <AccountProvider value={account}>
            <ReadingContext value={readHttp(config.httpUrl, source.token, ownFetch)}>
              <Page config={config} videos={videos} />
            </ReadingContext>
          </AccountProvider>
        </CallboardProvider>
      </ErrorBoundary>
    </StrictMode>,
  );
}

/** Whether somebody may wait for the connection; without a network, the browser reports when there is one. */
const isLookedAt = (): boolean => document.visibilityState === "visible" && navigator.onLine;

/**
 * Follows the channels of the first hello, so that the client sends the same hello, until the page follows
 * them itself.
 */
function followAhead(client: Callboard, begun: Begun) {
  let leaves: (() => void)[] | undefined;
  return {
    begin() {
      leaves ??= begun.ahead().map((name) => client.channel(name).follow());
    },
    end() {
      const over = leaves?.splice(0) ?? [];
      if (over.length === 0) return;
      setTimeout(() => {
        for (const leave of over) leave();
      }, AHEAD_MS);
    },
  };
}
