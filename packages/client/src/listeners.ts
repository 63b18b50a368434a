/** A set of callbacks; one that throws does not keep the others from being called. */
export interface Listeners<Args extends unknown[]> {
  readonly size: number;
  /** The function that it returns ends it, and says whether it has. */
  add(listener: (...args: Args) => void): () => boolean;
  emit(...args: Args): void;
}

/** What a listener throws goes to `raise`; by default it surfaces as an uncaught error, not in whoever emits. */
export function createListeners<Args extends unknown[]>(
  raise: (thrown: unknown) => void = throwLater,
): Listeners<Args> {
  const registered = new Set<{ listener: (...args: Args) => void }>();
  return {
    get size() {
      return registered.size;
    },
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
