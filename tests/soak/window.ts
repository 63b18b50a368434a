/** What stands in for a browser's window: the client library hears of it that the machine is online again. */
export interface Window {
  /** Tells every client, some at a time, so that they do not beat all at once. Resolves when all were told. */
  online(perSecond: number): Promise<void>;
}

const everyMs = 50;

/** Puts the window in place; to be called before the first client is made. */
export function openWindow(): Window {
  const listeners = new Set<() => void>();
  Object.assign(globalThis, {
    addEventListener: (type: string, listener: () => void) => type === "online" && listeners.add(listener),
    removeEventListener: (_type: string, listener: () => void) => listeners.delete(listener),
  });
  return {
    async online(perSecond) {
      const portion = Math.max(1, Math.ceil((perSecond * everyMs) / 1000));
      const all = [...listeners];
      for (let n = 0; n < all.length; n += portion) {
        for (const listener of all.slice(n, n + portion)) listener();
        await new Promise((next) => setTimeout(next, everyMs));
      }
    },
  };
}
