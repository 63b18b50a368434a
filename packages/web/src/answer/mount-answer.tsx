import { createDrafts } from "@callboard/client/headless";
import { DraftsProvider } from "@callboard/client/react";
import { createRoot } from "react-dom/client";
import { browserTime, randomName } from "../session/browser-session.ts";
import { loadConfig } from "../session/config.ts";
import { tabStorage } from "../session/tab-storage.ts";
import { ErrorBoundary } from "../ui/error-boundary.tsx";
import { speakingRoot } from "../ui/speaking-root.tsx";
import { openBrowserWords } from "../words/browser-words.ts";
import { answerApi } from "./answer-api.ts";
import { AnswerPage, NoLink } from "./answer-page.tsx";
import { openAnswerPage } from "./answer-page-state.ts";
import { asAnswerWords, loadAnswerTexts } from "./answer-words.ts";
import { type OpenedLink, storageOfLink, takeLink } from "./kept-link.ts";
import { UnsubscribePage } from "./unsubscribe-page.tsx";

/** Starts the page of a link. First of all, the link is removed from the address. */
export async function mountAnswer(): Promise<void> {
  const first = linkOfAddress();
  const base = new URL(window.location.pathname, window.location.origin);
  const fetch = window.fetch.bind(window);
  const root = await speakingRoot(
    createRoot(document.getElementById("root")!),
    (words) => asAnswerWords(words).answering.page,
    openBrowserWords({ load: loadAnswerTexts }),
  );

  /** A known answer is kept; a host that did not answer is asked again. */
  let known: string | undefined;
  async function httpUrl(): Promise<string | undefined> {
    known ??= (await loadConfig(base, fetch))?.httpUrl;
    return known;
  }

  let close = () => {};
  let opened = 0;
  function open(link: OpenedLink | undefined): void {
    close();
    close = () => {};
    if (!link) {
      root.render(<NoLink />);
      return;
    }
    const api = answerApi({ token: link.token, httpUrl, fetch, isOnline: () => navigator.onLine });
    if (link.opens === "unsubscribe") {
      root.render(<UnsubscribePage turnOff={api.turnOff} />);
      return;
    }
    const own = storageOfLink(tabStorage, link);
    const drafts = createDrafts(own);
    const clock = { now: browserTime, after };
    const page = openAnswerPage({
      link,
      api,
      storage: own,
      drafts,
      clock,
      newReplyId: () => `rpl_${randomName(16)}`,
    });
    close = page.close;
    root.render(
      <ErrorBoundary key={++opened}>
        <DraftsProvider drafts={drafts}>
          <AnswerPage page={page} />
        </DraftsProvider>
      </ErrorBoundary>,
    );
  }

  window.addEventListener("hashchange", () => {
    if (window.location.hash.length > 1) open(linkOfAddress());
  });
  open(first);
}

/**
 * Removes the link from the address, so that nothing that later reads or stores the address gets the token.
 */
function linkOfAddress(): OpenedLink | undefined {
  const { hash, pathname, search } = window.location;
  if (hash !== "") window.history.replaceState(null, "", `${pathname}${search}`);
  return takeLink(hash, tabStorage);
}

function after(ms: number, work: () => void): () => void {
  const timer = setTimeout(work, ms);
  return () => clearTimeout(timer);
}
