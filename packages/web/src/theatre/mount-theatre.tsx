import type { Config } from "../session/config.ts";
import { ErrorBoundary } from "../ui/error-boundary.tsx";
import type { SpeakingRoot } from "../ui/speaking-root.tsx";
import { theatreApi } from "./theatre-api.ts";
import { TheatrePage } from "./theatre-page.tsx";
import { openTheatre, people } from "./theatre-store.ts";

/** Opens the theatre of one machine. Its frames find the stage in this window. */
export function mountTheatre(root: SpeakingRoot, base: URL, config: Config): void {
  const api = theatreApi(base, config.httpUrl, people.creator);
  const store = openTheatre({ api, socketUrl: config.socketUrl, storage: window.sessionStorage });
  window.callboardStage = store.stage;
  const isWanted = wasPressed();
  root.render(
    <ErrorBoundary>
      <TheatrePage store={store} mayKill={config.mayKill} isWanted={isWanted} />
    </ErrorBoundary>,
  );
}

/** Whether the button in the static HTML was pressed, which opens an invisible popover. */
function wasPressed(): boolean {
  try {
    return document.getElementById("run-wanted")?.matches(":popover-open") ?? false;
  } catch {
    // A browser without popovers does not know the selector.
    return false;
  }
}
