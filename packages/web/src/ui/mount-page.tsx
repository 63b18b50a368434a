import { type Callboard, connect } from "@callboard/client";
import { CallboardProvider } from "@callboard/client/react";
import { type ComponentType, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { PeopleContext, peopleApi } from "../people/people-api.ts";
import { type Config, loadConfig } from "../session/config.ts";
import { giveLastWord, lastWord } from "../session/last-word.ts";
import { fragmentOf, parseLink } from "../session/link.ts";
import { RequestsContext, requestsApi } from "../session/requests-api.ts";
import { keepToken, memoryStorage, type Role, type TokenStorage } from "../session/token.ts";
import { type VideosApi, videosApi } from "../videos/videos-api.ts";
import { AccountProvider } from "./account.tsx";
import { enterPage, partings } from "./enter-page.tsx";
import { ServerSilent } from "./entry-notices.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { keepSignedIn } from "./keep-signed-in.ts";
import { speakingRoot } from "./speaking-root.tsx";
import { stageSocket } from "./stage-socket.ts";

declare global {
  interface Window {
    /** The page's client, for looking at what it holds. */
    callboard?: Callboard;
  }
}

/** What every page is given. */
export interface PageProps {
  config: Config;
  /** Undefined where there is no video application. */
  videos: VideosApi | undefined;
}

/**
 * How long attempts may take while somebody waits, in turn, in milliseconds: what hangs is soon tried anew, and what is
 * slow gets there all the same.
 */
const LOOKED_AT_MS = [4_000, 4_000, 20_000] as const;

/**
 * Starts a page: takes the token out of the address, reads the configuration, connects and renders. One that is embedded
 * keeps nothing, and is for whoever its link names: another site's frame never shows what somebody has signed in for.
 */
export async function mountPage(
  role: Role,
  Page: ComponentType<PageProps>,
  { isEmbedded = false } = {},
): Promise<void> {
  const drawn = createRoot(document.getElementById("root")!);
  const storage = isEmbedded ? memoryStorage() : sessionStorage;
  const take = () => takeTokenFromAddress(role, storage, !isEmbedded);
  take();
  window.addEventListener("hashchange", () => {
    if (take()) window.location.reload();
  });

  const base = new URL(window.location.href);
  const ownFetch = window.fetch.bind(window);
  const [root, config] = await Promise.all([
    speakingRoot(drawn, role, isEmbedded),
    loadConfig(base, ownFetch),
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
    token: source.token,
    name: `callboard-web/${role}`,
    ...stageSocket(),
    openTimeoutMs: () => (isLookedAt() ? LOOKED_AT_MS[attempts++ % 3]! : 20_000),
    longestWaitMs: () => (isLookedAt() ? 4_000 : 30_000),
    async isServerUp() {
      const up = (await loadConfig(base, ownFetch)) !== undefined;
      // The token may be of data that have been wiped since.
      if (up) source.distrust();
      return up;
    },
  });
  client.onState(({ state }) => {
    if (state === "connected") attempts = 0;
  });
  window.callboard = client;
  giveLastWord(client, lastWord(config.httpUrl, source.token, ownFetch));
  const videos = config.videos
    ? videosApi({ httpUrl: config.httpUrl, token: source.token, fetch: ownFetch, newId })
    : undefined;
  const account = session && keepSignedIn({ client, session, base, ...partings(root, session) });
  root.render(
    <StrictMode>
      <ErrorBoundary>
        <CallboardProvider client={client}>
          <AccountProvider value={account}>
            <PeopleContext value={peopleApi(config.httpUrl, source.token, ownFetch)}>
              <RequestsContext value={requestsApi(config.httpUrl, source.token, ownFetch)}>
                <Page config={config} videos={videos} />
              </RequestsContext>
            </PeopleContext>
          </AccountProvider>
        </CallboardProvider>
      </ErrorBoundary>
    </StrictMode>,
  );
}

/** A name that no other upload has. */
const newId = (): string =>
  [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Whether somebody may be waiting for the connection; without a network the browser itself says when there is one. */
const isLookedAt = (): boolean => document.visibilityState === "visible" && navigator.onLine;

/**
 * Keeps a link's token for the tab and leaves only the place in the address, so that it is not shared by accident. A frame
 * has it from the page around, and needs it again when it is loaded anew.
 */
function takeTokenFromAddress(role: Role, storage: TokenStorage, isTakenOut: boolean): boolean {
  const { token, ...place } = parseLink(window.location.hash);
  if (token === undefined) return false;
  keepToken(storage, role, token);
  if (!isTakenOut) return true;
  const { pathname, search } = window.location;
  window.history.replaceState({ subject: place.subject }, "", `${pathname}${search}${fragmentOf(place)}`);
  return true;
}
