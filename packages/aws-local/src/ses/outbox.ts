import type { PutEventsEntry } from "../bus/event.ts";
import type { PutEventsResult } from "../bus/put-events.ts";
import type { Clock } from "../clock/clock.ts";
import type { Key, Store, Write } from "../store/store.ts";

/** Takes events of an AWS service, as `Bus.putEvents` does: what it could not take is told in its answer. */
export type PutEvents = (entries: readonly PutEventsEntry[]) => Promise<PutEventsResult>;

const prefix: Key = ["ses", "event"];
const RETRY_MS = 1_000;
/** What the bus cannot take for now; any other failure is the entry's own. */
const PASSING = new Set(["InternalFailure", "ThrottlingException"]);

/**
 * Puts the events of mails on the bus, after they were accepted and in their order. They are stored with their mail, so
 * that a kill loses none; it may have one put twice.
 */
export function openOutbox(store: Store, clock: Clock, putEvents: PutEvents) {
  let isClosed = false;
  let cancel = () => {};
  let putting = Promise.resolve();

  const next = () => {
    const [first] = store.list<PutEventsEntry[]>({ prefix });
    return first;
  };
  const putAll = async () => {
    for (let one = next(); one && !isClosed; one = next()) {
      const [key, entries] = one;
      const { Entries } = await putEvents(entries);
      for (const result of Entries)
        if ("ErrorCode" in result && PASSING.has(result.ErrorCode)) throw new Error(result.ErrorCode);
      await store.write([[key, undefined]]);
    }
  };
  const put = () => {
    putting = putting.then(putAll).catch(() => {
      cancel();
      if (!isClosed) cancel = clock.after(RETRY_MS, put);
    });
  };
  return {
    /** What stores the events of a mail. */
    write: (number: number, entries: readonly PutEventsEntry[]): Write => [[...prefix, number], entries],
    /** Puts what is stored; what cannot be put is tried again. */
    put,
    /** Resolves when what was stored so far is on the bus, or waits to be tried again. */
    idle: () => putting,
    close() {
      isClosed = true;
      cancel();
      return putting;
    },
  };
}
