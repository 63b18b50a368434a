import type { WebSocketFactory } from "@callboard/client";
import { browserTime } from "../session/browser-session.ts";
import { parseLink } from "../session/link.ts";
import { memoryStorage, tabStorage } from "../session/tab-storage.ts";
import { takeTokenFromAddress } from "../session/take-token.ts";
import type { TokenStorage } from "../session/token.ts";
import { stageSocket } from "../ui/stage-socket.ts";
import { isEmbedded } from "../viewer/embedding.ts";
import { openBrowserWords } from "../words/browser-words.ts";
import type { PageWords } from "../words/page-words.ts";
import { type Begun, begin } from "./begin.ts";

/** What the first script has started for the page. */
export interface Boot {
  /** The storage of a link's token. */
  readonly storage: TokenStorage;
  /** The words of the page's language, which are already loading. */
  readonly opening: Promise<PageWords>;
  readonly begun: Begun;
}

function begun(page: string): Boot {
  const role = page === "creator" ? "creator" : "viewer";
  const embedded = role === "viewer" && isEmbedded(window);
  if (embedded) document.documentElement.dataset.embed = "";
  // On a stage, the brand and the language switch are above the page.
  const stage = stageSocket();
  if (stage.WebSocket !== undefined) document.documentElement.dataset.stage = "";
  const storage = embedded ? memoryStorage() : tabStorage;
  try {
    takeTokenFromAddress(role, storage, { isTakenOut: !embedded });
  } catch {
    // The page reports that its browser has no storage.
  }
  return {
    storage,
    opening: openBrowserWords({ isEmbedded: embedded }),
    begun: begin({
      role,
      place: parseLink(window.location.hash),
      base: new URL(window.location.href),
      storage,
      // Nobody signs in inside another site's frame.
      signIns: () => (embedded ? undefined : localStorage),
      fetch: window.fetch.bind(window),
      now: browserTime,
      WebSocket: stage.WebSocket ?? (window.WebSocket as unknown as WebSocketFactory),
      wanted: untilWanted,
      onLeave: (left) => window.addEventListener("pagehide", left, { once: true }),
      after: (ms, work) => void setTimeout(work, ms),
    }),
  };
}

/** https://developer.mozilla.org/en-US/docs/Web/API/Document/prerendering */
async function untilWanted(): Promise<void> {
  const { prerendering = false } = document as { prerendering?: boolean };
  if (prerendering)
    await new Promise((shown) => document.addEventListener("prerenderingchange", shown, { once: true }));
}

const { page } = document.documentElement.dataset;

/** The same for importers; undefined on pages that do not connect and share code with this script. */
export const boot: Boot | undefined = page === undefined ? undefined : begun(page);
