import type { PutEventsEntry } from "../bus/event.ts";
import type { PutEventsResult } from "../bus/put-events.ts";
import type { Clock } from "../clock/clock.ts";
import type { Key, Store, Write } from "../store/store.ts";

/** Accepts events of an AWS service, as `Bus.putEvents` does; its answer lists those that it could not accept. */
export type PutEvents = (entries: readonly PutEventsEntry[]) => Promise<PutEventsResult>;

const prefix: Key = ["ses", "event"];
const RETRY_MS = 1_000;
/** Failures of the bus that are transient; any other failure is the entry's own. */
const PASSING = new Set(["InternalFailure", "ThrottlingException"]);

/**
 * Puts the events of accepted mails on the bus, in order. They are stored with their mail, so that a kill loses none; it
 * may make one be put twice.
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
    /** The writes that store a mail's events. */
    write: (number: number, entries: readonly PutEventsEntry[]): Write => [[...prefix, number], entries],
    /** Puts stored events; failures are tried again. */
    put,
    /** Resolves when everything stored so far is on the bus, or waits for another try. */
    idle: () => putting,
    close() {
      isClosed = true;
      cancel();
      return putting;
    },
  };
}
