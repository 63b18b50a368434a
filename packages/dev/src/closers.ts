/** Something was added to what had been told to close: its start is to go no further. */
class Closed extends Error {
  override readonly name = "Closed";
}

/** What was started, to be closed in the opposite order; one that fails to close does not keep the others open. */
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
    /** Throws `Closed` once everything was told to close: what comes too late is closed as well. */
    add(close: () => Promise<unknown> | unknown) {
      closers.push(close);
      if (!closing) return;
      closing = Promise.allSettled([closing]).then(closeAll);
      closing.catch(() => {});
      throw new Closed("everything is being closed");
    },
    /** Closes everything once, however often it is asked. */
    close(): Promise<void> {
      closing ??= closeAll();
      return closing;
    },
  };
}

export type Closers = ReturnType<typeof openClosers>;
