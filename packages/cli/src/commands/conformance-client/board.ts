import { isDeepStrictEqual } from "node:util";
import type { Item, Position, Subscribed } from "@callboard/protocol";

/** What a client shows of a channel: the map, and its epoch and offset. */
export interface Shown {
  readonly epoch: string;
  readonly offset: number;
  readonly items: Readonly<Record<string, unknown>>;
}

/** An answer to a subscribe that is not a refusal, without its `sub`. */
type BoardAnswer = Omit<Exclude<Subscribed, { error: unknown }>, "sub">;

/** The content of a push. */
export interface Change {
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
  readonly items: readonly Item[];
}

interface Life {
  head: number;
  readonly changes: Item[];
}

const UNBORN = "unborn";

/** A channel on the server, with its whole history. It starts unborn. */
export interface Board {
  readonly epoch: string;
  readonly head: number;
  /** The most items in one answer; the rest comes in further pages. */
  pageItems: number;
  /** Changes these keys, one offset each; null removes a key. Without keys only the offset moves. */
  put(values: Readonly<Record<string, unknown>>): Change;
  /** The channel starts again with these values and a new epoch. */
  restart(values: Readonly<Record<string, unknown>>): Change;
  /** Removals are forgotten: a position from before now gets a reset. */
  forget(): void;
  /** The server's answer to a subscribe. */
  answer(after?: Position): BoardAnswer;
  shown(): Shown;
  /** Whether `one` is an earlier state of the channel than `other`. */
  isBefore(one: Shown, other: Shown): boolean;
  /** Why a client cannot truthfully show this; undefined when it can. */
  wrong(shown: Shown): string | undefined;
}

/** Makes a channel. `now` is the server's time; `random` makes texts for its epochs. */
export function createBoard(now: () => number, random: () => string): Board {
  const lives = new Map<string, Life>([[UNBORN, { head: 0, changes: [] }]]);
  let epoch = UNBORN;
  let floor = 0;
  const life = () => lives.get(epoch)!;

  function latest(of = life(), upTo = Number.POSITIVE_INFINITY): Map<string, Item> {
    const items = new Map<string, Item>();
    for (const item of of.changes) {
      if (item.offset > upTo) break;
      items.delete(item.key);
      items.set(item.key, item);
    }
    return items;
  }

  function begin(): void {
    epoch = random().slice(0, 10);
    floor = 0;
    lives.set(epoch, { head: 0, changes: [] });
  }

  function put(values: Readonly<Record<string, unknown>>): Change {
    if (epoch === UNBORN) begin();
    const { changes, head: from } = life();
    const items = Object.entries(values).map(([key, value], index) => {
      const offset = from + index + 1;
      return { key, value, offset, version: String(offset).padStart(16, "0"), at: now() };
    });
    changes.push(...items);
    life().head = from + Math.max(1, items.length);
    return { epoch, from, to: life().head, items };
  }

  return {
    get epoch() {
      return epoch;
    },
    get head() {
      return life().head;
    },
    pageItems: Number.POSITIVE_INFINITY,
    put,
    restart(values) {
      begin();
      return put(values);
    },
    forget() {
      floor = life().head;
    },
    answer(after) {
      const { head } = life();
      const since = after?.base ?? after?.offset ?? 0;
      const isOfUse = after?.epoch === epoch && since >= floor && after.offset <= head;
      const news = [...latest().values()].filter((item) =>
        isOfUse
          ? item.offset > after.offset && (item.value !== null || item.offset > floor)
          : item.value !== null,
      );
      const items = news.slice(0, this.pageItems);
      const more = items.length < news.length;
      return {
        epoch,
        offset: more ? items.at(-1)!.offset : head,
        ...(after && !isOfUse ? { reset: true } : {}),
        items,
        ...(more ? { more, base: (isOfUse && after.base) || head } : {}),
      };
    },
    shown() {
      const live = [...latest().values()].filter(({ value }) => value !== null);
      return {
        epoch,
        offset: life().head,
        items: Object.fromEntries(live.map(({ key, value }) => [key, value])),
      };
    },
    isBefore(one, other) {
      const epochs = [...lives.keys()];
      const between = epochs.indexOf(one.epoch) - epochs.indexOf(other.epoch);
      return between < 0 || (between === 0 && one.offset < other.offset);
    },
    wrong(shown) {
      const of = lives.get(shown.epoch);
      if (!of) return "an epoch that the server never sent";
      if (shown.offset > of.head) return "an offset that the server never sent";
      const then = latest(of, shown.offset);
      const keys = new Set([...of.changes.map(({ key }) => key), ...Object.keys(shown.items)]);
      for (const key of keys) {
        const later = of.changes.filter((item) => item.key === key && item.offset > shown.offset);
        const at = then.get(key)?.value ?? null;
        const isThere = Object.hasOwn(shown.items, key);
        // A key that has changed since may be missing: its earlier values are not sent any more.
        if (!isThere && (at === null || later.length > 0)) continue;
        const values = [at, ...later.map(({ value }) => value)].filter((value) => value !== null);
        if (isThere && values.some((value) => isDeepStrictEqual(value, shown.items[key]))) continue;
        return `${key}, which at offset ${shown.offset} ${isThere ? "has another value" : "is there"}`;
      }
      return undefined;
    },
  };
}
