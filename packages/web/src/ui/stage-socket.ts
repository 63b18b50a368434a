import type { WebSocketFactory } from "@callboard/client";

/** What stands around a page that is shown on the first page of its own machine. */
export interface Stage {
  /** The WebSocket class for a page in a frame: what goes through it is counted, and it can be cut. */
  socketOf(page: Window): WebSocketFactory;
}

declare global {
  interface Window {
    callboardStage?: Stage;
  }
}

/** The WebSocket class of the stage that this page stands on; nothing anywhere else. */
export function stageSocket(): { WebSocket?: WebSocketFactory } {
  if (window.parent === window || !new URLSearchParams(window.location.search).has("stage")) return {};
  try {
    const WebSocket = window.parent.callboardStage?.socketOf(window);
    return WebSocket ? { WebSocket } : {};
  } catch {
    // Another origin's page has it in a frame, and is told nothing.
    return {};
  }
}
