interface EventSource {
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
}

/** What a browser tells that concerns a connection. */
interface BrowserEvents {
  /** It is online again, or the page is looked at again: the machine may have slept. */
  wake(): void;
  /** It has no network any more. */
  offline(): void;
}

/** Tells what the browser tells, until the function that it returns is called; without a browser that is nothing. */
export function watchBrowser({ wake, offline }: BrowserEvents): () => void {
  const page = globalThis as EventSource & { document?: EventSource & { visibilityState?: string } };
  const { document } = page;
  const seen = () => {
    if (document?.visibilityState === "visible") wake();
  };
  const heard = [
    [page, "online", wake],
    [page, "focus", wake],
    [page, "offline", offline],
    [document, "visibilitychange", seen],
  ] as const;
  for (const [source, type, listener] of heard) source?.addEventListener?.(type, listener);
  return () => {
    for (const [source, type, listener] of heard) source?.removeEventListener?.(type, listener);
  };
}

/** Whether this is a browser that knows that it has no network. */
export const isOffline = (): boolean =>
  (globalThis as { navigator?: { onLine?: boolean } }).navigator?.onLine === false;
