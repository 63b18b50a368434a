interface EventSource {
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
}

/** The parts of a browser that matter for a connection; each may be missing. */
const browser = globalThis as EventSource & {
  document?: EventSource & { visibilityState?: string };
  navigator?: { onLine?: boolean };
};

/** The browser events that matter for a connection. */
interface BrowserEvents {
  /** The network is back, or the page is visible again: the machine may have slept. */
  wake(): void;
  /** The network is gone. */
  offline(): void;
  /**
   * The page is frozen, or the user left it and may come back. Some browsers do not cache a page with an open
   * socket; the others cache it with a dead one.
   */
  away(): void;
  /** The page is back. Also called after each load. */
  back(): void;
}

/** Calls the handlers until the returned function is called; does nothing without a browser. */
export function watchBrowser({ wake, offline, away, back }: BrowserEvents): () => void {
  const { document } = browser;
  const seen = () => {
    if (!isHidden()) wake();
  };
  const heard = [
    [browser, "online", wake],
    [browser, "focus", wake],
    [browser, "offline", offline],
    [browser, "pagehide", away],
    [browser, "pageshow", back],
    [document, "freeze", away],
    [document, "resume", back],
    [document, "visibilitychange", seen],
  ] as const;
  const each = (does: keyof EventSource) => {
    for (const [source, type, listener] of heard) source?.[does]?.(type, listener);
  };
  each("addEventListener");
  return () => each("removeEventListener");
}

/** Whether the browser knows that it has no network. */
export const isOffline = (): boolean => browser.navigator?.onLine === false;

/** Whether the page is hidden. Browsers run the timers of a hidden page once a minute. */
export const isHidden = (): boolean => browser.document?.visibilityState === "hidden";
