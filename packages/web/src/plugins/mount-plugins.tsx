import "../styles/plugins.css";
import { ErrorBoundary } from "../ui/error-boundary.tsx";
import type { SpeakingRoot } from "../ui/speaking-root.tsx";
import { pluginsApi } from "./plugins-api.ts";
import { PluginsPage } from "./plugins-page.tsx";

/** Opens the page that tries this machine's plugins; it shares code only with the first page. */
export function mountPlugins(root: SpeakingRoot, base: URL): void {
  const api = pluginsApi(base, window.fetch.bind(window));
  root.render(
    <ErrorBoundary>
      <PluginsPage api={api} />
    </ErrorBoundary>,
  );
}
