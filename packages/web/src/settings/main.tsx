import "../styles/settings.css";
import { createRoot } from "react-dom/client";
import { browserTime } from "../session/browser-session.ts";
import { loadConfig } from "../session/config.ts";
import { tabStorage } from "../session/tab-storage.ts";
import { enterPage } from "../ui/enter-page.tsx";
import { ServerSilent } from "../ui/entry-notices.tsx";
import { ErrorBoundary } from "../ui/error-boundary.tsx";
import { speakingRoot } from "../ui/speaking-root.tsx";
import { openBrowserWords } from "../words/browser-words.ts";
import { settingsApi } from "./settings-api.ts";
import { SettingsPage } from "./settings-page.tsx";
import { asSettingsWords, loadSettingsTexts } from "./settings-words.ts";

void begin();

/** Starts the page for readers who have signed in, or who opened this tab's other pages by a link. */
async function begin(): Promise<void> {
  const base = new URL(window.location.href);
  const fetch = window.fetch.bind(window);
  const [root, config] = await Promise.all([
    speakingRoot(
      createRoot(document.getElementById("root")!),
      (words) => asSettingsWords(words).settings.page,
      openBrowserWords({ load: loadSettingsTexts }),
    ),
    loadConfig(base, fetch),
  ]);
  if (!config) {
    root.render(<ServerSilent />);
    return;
  }
  const door = {
    root,
    role: "creator",
    config,
    storage: tabStorage,
    isEmbedded: false,
    base,
    fetch,
  } as const;
  const entry = await enterPage({ ...door, now: browserTime });
  if (!entry) return;
  const { source } = entry;
  root.render(
    <ErrorBoundary>
      <SettingsPage
        api={settingsApi(config.httpUrl, () => source.token(), fetch)}
        signIn={() => window.location.reload()}
      />
    </ErrorBoundary>,
  );
}
