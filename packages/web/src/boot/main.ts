import type { WebSocketFactory } from "@callboard/client";
import { browserTime } from "../session/browser-session.ts";
import { parseLink } from "../session/link.ts";
import { memoryStorage, tabStorage } from "../session/tab-storage.ts";
import { takeTokenFromAddress } from "../session/take-token.ts";
import type { Role, TokenStorage } from "../session/token.ts";
import { stageSocket } from "../ui/stage-socket.ts";
import { isEmbedded } from "../viewer/embedding.ts";
import { openBrowserWords } from "../words/browser-words.ts";
import { begin } from "./begin.ts";

const role: Role = document.documentElement.dataset.page === "creator" ? "creator" : "viewer";

const embedded = role === "viewer" && isEmbedded(window);
if (embedded) document.documentElement.dataset.embed = "";

/** A page on a stage has the stage's brand and language above it. */
const stage = stageSocket();
if (stage.WebSocket !== undefined) document.documentElement.dataset.stage = "";

/** Where a link's token is kept. */
export const storage: TokenStorage = embedded ? memoryStorage() : tabStorage;

try {
  takeTokenFromAddress(role, storage, { isTakenOut: !embedded });
} catch {
  // The page says that its browser keeps nothing.
}

/** The words of the page's language, which are on their way as early. */
export const opening = openBrowserWords({ isEmbedded: embedded });

/** What the page's first script has begun; whoever imports this has the same. */
export const begun = begin({
  role,
  place: parseLink(window.location.hash),
  base: new URL(window.location.href),
  storage,
  // Nobody signs in within a frame of others.
  signIns: () => (embedded ? undefined : localStorage),
  fetch: window.fetch.bind(window),
  now: browserTime,
  WebSocket: stage.WebSocket ?? (window.WebSocket as unknown as WebSocketFactory),
  wanted: untilWanted,
  onLeave: (left) => window.addEventListener("pagehide", left, { once: true }),
  after: (ms, work) => void setTimeout(work, ms),
});

/** https://developer.mozilla.org/en-US/docs/Web/API/Document/prerendering */
async function untilWanted(): Promise<void> {
  const { prerendering = false } = document as { prerendering?: boolean };
  if (prerendering)
    await new Promise((shown) => document.addEventListener("prerenderingchange", shown, { once: true }));
}
