import "../styles/mailbox.css";
import { browserTime } from "../session/browser-session.ts";
import { ErrorBoundary } from "../ui/error-boundary.tsx";
import type { SpeakingRoot } from "../ui/speaking-root.tsx";
import { mailApi } from "./mail-api.ts";
import { MailboxPage } from "./mailbox-page.tsx";
import { openMailboxStore } from "./mailbox-store.ts";

/**
 * Opens the mailbox of one machine; `mailServer` is the server for Callboard's own mails, if they do not go
 * here.
 */
export function mountMailbox(root: SpeakingRoot, base: URL, mailServer: string | undefined): void {
  const store = openMailboxStore({
    api: mailApi(base, window.fetch.bind(window)),
    later(run, ms) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    isSeen: () => document.visibilityState === "visible",
    onSeen(changed) {
      document.addEventListener("visibilitychange", changed);
      return () => document.removeEventListener("visibilitychange", changed);
    },
  });
  root.render(
    <ErrorBoundary>
      <MailboxPage store={store} now={browserTime} mailServer={mailServer} />
    </ErrorBoundary>,
  );
}
