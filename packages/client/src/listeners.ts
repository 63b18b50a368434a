/** A set of callbacks; one that throws does not stop the others from being called. */
export interface Listeners<Args extends unknown[]> {
  readonly size: number;
  /** Adds a listener. The returned function removes it, and returns whether it was still there. */
  add(listener: (...args: Args) => void): () => boolean;
  emit(...args: Args): void;
}

/**
 * Errors of listeners go to `raise`; by default they surface as uncaught errors, not in the caller of `emit`.
 */
export function createListeners<Args extends unknown[]>(
  raise: (thrown: unknown) => void = throwLater,
): Listeners<Args> {
  const registered = new Set<{ listener: (...args: Args) => void }>();
  return {
    get size() {
      return registered.size;
    },
    add(listener) {
      // Wrapped, so that a function added twice is called twice and removed one at a time.
      const registration = { listener };
      registered.add(registration);
      return () => registered.delete(registration);
    },
    emit(...args) {
      for (const { listener } of [...registered]) {
        try {
          listener(...args);
        } catch (thrown) {
          raise(thrown);
        }
      }
    },
  };
}

function throwLater(thrown: unknown): void {
  setTimeout(() => {
    throw thrown;
  });
}
