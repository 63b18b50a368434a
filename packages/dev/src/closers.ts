/** Thrown when something is added after the close began: the start must stop. */
class Closed extends Error {
  override readonly name = "Closed";
}

/**
 * The parts that were started, to be closed in reverse order. If one fails to close, the others are still
 * closed.
 */
export function openClosers() {
  const closers: (() => Promise<unknown> | unknown)[] = [];
  let closing: Promise<void> | undefined;
  const closeAll = async () => {
    const failures: unknown[] = [];
    for (let close = closers.pop(); close; close = closers.pop())
      try {
        await close();
      } catch (cause) {
        failures.push(cause);
      }
    if (failures.length > 0) throw failures[0];
  };
  return {
    /** Throws `Closed` after the close began, and closes the late one too. */
    add(close: () => Promise<unknown> | unknown) {
      closers.push(close);
      if (!closing) return;
      closing = Promise.allSettled([closing]).then(closeAll);
      closing.catch(() => {});
      throw new Closed("everything is being closed");
    },
    /** Closes everything once, even if called several times. */
    close(): Promise<void> {
      closing ??= closeAll();
      return closing;
    },
  };
}

export type Closers = ReturnType<typeof openClosers>;
