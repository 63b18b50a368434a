import { type Channel, type HeadName, headOf, parseChannel, type RequestId } from "@callboard/protocol";
import {
  checkShown,
  type Entry,
  type Head,
  type HeadState,
  type HeadStore,
  type ShownItems,
  shownItems,
} from "../ports/index.ts";

/** A head after one write; the next write makes another one. */
interface Snapshot {
  readonly head: Head;
  readonly entries: ReadonlyMap<string, Entry>;
}

/** A head store in memory; `versionOf` answers the guard of a change. */
export function memoryHeadStore(versionOf: (id: RequestId) => number | undefined): HeadStore {
  const snapshots = new Map<HeadName, Snapshot>();
  const read = new WeakMap<HeadState, Snapshot | undefined>();

  function stateOf(name: HeadName): HeadState {
    const snapshot = snapshots.get(name);
    const state: HeadState = {
      name,
      head: snapshot?.head,
      async entries(keys) {
        const all = snapshot?.entries ?? new Map<string, Entry>();
        if (keys === "all") return new Map(all);
        return new Map(keys.flatMap((key) => all.get(key) ?? []).map((entry) => [entry.key, entry]));
      },
      async since(channel, after) {
        if (!snapshot || headOf(channel) !== name) throw new TypeError(`there is no ${channel} in ${name}`);
        return shownOf(snapshot, channel, after);
      },
    };
    read.set(state, snapshot);
    return state;
  }

  return {
    async read(names) {
      const found = new Map<HeadName, Head>();
      for (const name of names) {
        const snapshot = snapshots.get(name);
        if (snapshot) found.set(name, snapshot.head);
      }
      return found;
    },
    async since(channel, after) {
      const snapshot = snapshots.get(headOf(channel));
      return snapshot && shownOf(snapshot, channel, after);
    },
    open: async (name) => stateOf(name),
    async commit({ before, after, entries, forget = [], guard }) {
      if (!read.has(before)) throw new TypeError("the state is not of this store");
      checkShown(entries);
      const stored = snapshots.get(before.name);
      if (guard && versionOf(guard.request) !== guard.version) return { outcome: "guard_failed" };
      if (stored !== read.get(before)) return { outcome: "conflict", state: stateOf(before.name) };
      const next = new Map(stored?.entries);
      for (const key of forget) next.delete(key);
      for (const entry of entries) next.set(entry.key, frozenCopy(entry));
      snapshots.set(before.name, { head: frozenCopy(after), entries: next });
      return { outcome: "committed", state: stateOf(before.name) };
    },
    async spread(channel, from, to) {
      const { kind } = parseChannel(channel);
      const snapshot = snapshots.get(headOf(channel));
      const meta = snapshot?.head.channels[kind];
      if (!snapshot || meta?.shards !== from) return;
      const channels = { ...snapshot.head.channels, [kind]: { ...meta, shards: to } };
      snapshots.set(headOf(channel), { ...snapshot, head: frozenCopy({ ...snapshot.head, channels }) });
    },
  };
}

function shownOf({ head, entries }: Snapshot, channel: Channel, after: number): ShownItems {
  const items = shownItems(parseChannel(channel).kind, entries.values(), after);
  return { items, head };
}

/** A copy as a table would return it: JSON, without undefined values. */
export function structuredCopy<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);
}

/** The same, but immutable. */
const frozenCopy = <T>(value: T): T => freeze(structuredCopy(value));

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null)
    for (const one of Object.values(Object.freeze(value))) freeze(one);
  return value;
}
