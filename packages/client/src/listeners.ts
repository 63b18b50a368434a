/** A set of callbacks; one that throws does not keep the others from being called. */
export interface Listeners<Args extends unknown[]> {
  add(listener: (...args: Args) => void): () => void;
  emit(...args: Args): void;
}

export function createListeners<Args extends unknown[]>(): Listeners<Args> {
  const registered = new Set<{ listener: (...args: Args) => void }>();
  return {
    add(listener) {
      // Wrapped, so that a function that is added twice is called twice and removed one by one.
      const registration = { listener };
      registered.add(registration);
      return () => registered.delete(registration);
    },
    emit(...args) {
      for (const { listener } of [...registered]) {
        try {
          listener(...args);
        } catch (thrown) {
          queueMicrotask(() => {
            throw thrown;
          });
        }
      }
    },
  };
}
