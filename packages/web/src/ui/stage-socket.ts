import type { WebSocketFactory } from "@callboard/client";

/** The surroundings of a page that is shown on the first page of its own machine. */
export interface Stage {
  /** The WebSocket class for a page in a frame: its traffic is counted, and it can be cut. */
  socketOf(page: Window): WebSocketFactory;
}

declare global {
  interface Window {
    callboardStage?: Stage;
  }
}

/** The WebSocket class of this page's stage; an empty object without a stage. */
export function stageSocket(): { WebSocket?: WebSocketFactory } {
  if (window.parent === window || !new URLSearchParams(window.location.search).has("stage")) return {};
  try {
    const WebSocket = window.parent.callboardStage?.socketOf(window);
    return WebSocket ? { WebSocket } : {};
  } catch {
    // In another origin's frame there is no access to the outer page.
    return {};
  }
}
