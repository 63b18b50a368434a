import type { Callboard, Channel, ChannelView, ConnectionState, Item } from "@callboard/client";

/** The longest time that anything here takes if nothing is wrong, in milliseconds. */
const PATIENCE_MS = 30_000;

/** Waits until a view fits; follows it meanwhile. Rejects with its content when it takes too long. */
export function until<Name extends Channel>(
  view: ChannelView<Name>,
  holds: (view: ChannelView<Name>) => boolean,
  ms: number = PATIENCE_MS,
): Promise<void> {
  return new Promise((done, fail) => {
    let end = () => {};
    let over = false;
    const finish = (settle: () => void) => {
      over = true;
      clearTimeout(timer);
      end();
      settle();
    };
    const timer = setTimeout(() => finish(() => fail(new Error(`not within ${ms} ms: ${told(view)}`))), ms);
    const look = () => !over && holds(view) && finish(done);
    end = view.follow(look);
    if (over) end();
    else look();
  });
}

/** Waits until a client's connection fits. */
export function untilState(
  client: Callboard,
  holds: (state: ConnectionState) => boolean,
  ms: number = PATIENCE_MS,
): Promise<ConnectionState> {
  if (holds(client.state)) return Promise.resolve(client.state);
  return new Promise((done, fail) => {
    const timer = setTimeout(() => {
      end();
      fail(new Error(`not within ${ms} ms: ${JSON.stringify(client.state)}`));
    }, ms);
    const end = client.onState((state) => {
      if (!holds(state)) return;
      clearTimeout(timer);
      end();
      done(state);
    });
  });
}

/**
 * Polls every 20 ms for a condition without an event; rejects with the last failure or value when it takes too long.
 */
export async function eventually<T>(
  look: () => T | Promise<T>,
  holds: (value: T) => boolean = Boolean,
  ms: number = PATIENCE_MS,
): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const value = await look();
    if (holds(value)) return value;
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${JSON.stringify(value)}`);
    await new Promise((next) => setTimeout(next, 20));
  }
}

/** Refuses to wait for longer than `ms`. */
export function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`${what}: not within ${ms} ms`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** A map to compare: by key, without signed URLs, which differ in every delivery. */
export function mapOf(items: Iterable<Item>): Record<string, unknown> {
  const live = [...items].filter(({ value }) => value !== null);
  return Object.fromEntries(
    live
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ key, value, offset, version, at }) => [key, { value: unsigned(value), offset, version, at }]),
  );
}

function unsigned(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (name, inner: unknown) =>
      name === "url" || name === "expiresAt" ? undefined : inner,
    ),
  );
}

const told = (view: ChannelView) =>
  `${view.name} ${JSON.stringify(view.status)} at ${view.offset}: ${JSON.stringify([...view.items.values()]).slice(0, 2000)}`;
