/** Replaces a browser's window: it tells the client library that the machine is online again. */
export interface Window {
  /** Sends "online" to every client, a few at a time, so that their heartbeats are spread. Resolves when all have it. */
  online(perSecond: number): Promise<void>;
}

const EVERY_MS = 50;

/** Installs the window; call it before the first client is created. */
export function openWindow(): Window {
  const listeners = new Set<() => void>();
  Object.assign(globalThis, {
    addEventListener: (type: string, listener: () => void) => type === "online" && listeners.add(listener),
    removeEventListener: (_type: string, listener: () => void) => listeners.delete(listener),
  });
  return {
    async online(perSecond) {
      const portion = Math.max(1, Math.ceil((perSecond * EVERY_MS) / 1000));
      const all = [...listeners];
      for (let n = 0; n < all.length; n += portion) {
        for (const listener of all.slice(n, n + portion)) listener();
        await new Promise((next) => setTimeout(next, EVERY_MS));
      }
    },
  };
}
