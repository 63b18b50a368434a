interface EventSource {
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
}

/** What of a browser concerns a connection; each part may be missing. */
const browser = globalThis as EventSource & {
  document?: EventSource & { visibilityState?: string };
  navigator?: { onLine?: boolean };
};

/** What a browser tells that concerns a connection. */
interface BrowserEvents {
  /** It is online again, or the page is looked at again: the machine may have slept. */
  wake(): void;
  /** It has no network any more. */
  offline(): void;
  /**
   * The page is frozen, or left and perhaps kept for the way back. Whoever keeps a socket open then is not kept by some
   * browsers, and holds a dead one in the others.
   */
  away(): void;
  /** It is there again. Every page is, when it has loaded. */
  back(): void;
}

/** Tells what the browser tells, until the function that it returns is called; without a browser that is nothing. */
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

/** Whether this is a browser that knows that it has no network. */
export const isOffline = (): boolean => browser.navigator?.onLine === false;

/** Whether this is a page that nobody sees: browsers let its timers run once a minute. */
export const isHidden = (): boolean => browser.document?.visibilityState === "hidden";
