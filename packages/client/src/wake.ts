interface EventSource {
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
}

/**
 * Calls `wake` when the browser comes online or the page is looked at again; where there is no browser it does
 * nothing. Returns a function that ends it.
 */
export function onWake(wake: () => void): () => void {
  const page = globalThis as EventSource & { document?: EventSource & { visibilityState?: string } };
  const { document } = page;
  const seen = () => {
    if (document?.visibilityState === "visible") wake();
  };
  page.addEventListener?.("online", wake);
  document?.addEventListener?.("visibilitychange", seen);
  return () => {
    page.removeEventListener?.("online", wake);
    document?.removeEventListener?.("visibilitychange", seen);
  };
}
