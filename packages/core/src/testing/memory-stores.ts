import { type Channel, minutes } from "@callboard/protocol";
import type {
  Attention,
  AttentionStore,
  AudienceStore,
  Connection,
  ConnectionStore,
  ExecutionRecord,
  ExecutionStore,
  HistoryRow,
  HistoryStore,
  Pair,
  PairStore,
  RefusalCounter,
} from "../ports/index.ts";
import { structuredCopy as copy } from "./memory-head-store.ts";

/** A store of viewers to be counted, in memory. */
export function memoryAudienceStore(): AudienceStore & {
  /** When the viewers of each marked channel are due, as the index has it. */
  marks(): ReadonlyMap<Channel, number>;
} {
  const rows = new Map<Channel, { due: number; counting: boolean }>();
  const marked = (channel: Channel) => (rows.get(channel)?.counting ? undefined : rows.get(channel)?.due);
  return {
    dueAt: async (channel) => marked(channel),
    async mark(channel, at) {
      const due = Math.min(marked(channel) ?? at, at);
      rows.set(channel, { due, counting: false });
      return due;
    },
    async take(channel, again) {
      rows.set(channel, { due: again, counting: true });
    },
    async settle(channel, again) {
      const row = rows.get(channel);
      if (row?.counting && row.due === again) rows.delete(channel);
    },
    marks: () => new Map([...rows].map(([channel, { due }]) => [channel, due])),
  };
}

/** Connections in memory. */
export function memoryConnectionStore(): ConnectionStore & { all(): readonly Connection[] } {
  const rows = new Map<string, Connection>();
  return {
    async open(connection) {
      rows.set(connection.id, connection);
    },
    async close(connectionId) {
      rows.delete(connectionId);
    },
    all: () => [...rows.values()],
  };
}

/** An attention store in memory. */
export function memoryAttentionStore(): AttentionStore {
  const rows = new Map<string, Attention>();
  const keyOf = ({ requestId, user, connectionId }: Attention) =>
    [requestId, user.id, connectionId ?? ""].join("\n");

  function put(attention: Attention): void {
    const known = rows.get(keyOf(attention));
    if (known && known.at > attention.at) return;
    const firstAt = Math.min(known?.firstAt ?? attention.firstAt, attention.firstAt);
    rows.set(keyOf(attention), copy({ ...attention, firstAt }));
  }

  return {
    put: async (attention) => put(attention),
    async leave(connectionId, now) {
      const own = [...rows.values()].filter((row) => row.connectionId === connectionId);
      for (const row of own) {
        const { connectionId: _, ...past } = row;
        put({ ...past, state: "left", at: now, until: now });
        rows.delete(keyOf(row));
      }
      return own.filter(({ state, until }) => state !== "left" && until > now).map((row) => row.requestId);
    },
    of: async (id) => copy([...rows.values()].filter((row) => row.requestId === id)),
    async *attendedBy(principal) {
      yield* [...rows.values()]
        .filter(({ user }) => `user/${user.id}` === principal)
        .map((row) => row.requestId);
    },
    async replace(former, attention) {
      for (const row of former) rows.delete(keyOf(row));
      rows.set(keyOf(attention), copy(attention));
    },
  };
}

/** Refusals by user and minute, in memory. */
export function memoryRefusalCounter(): RefusalCounter {
  const counts = new Map<string, number>();
  const keyOf = (userId: string, now: number) => `${userId}\n${Math.floor(now / minutes(1))}`;
  const soFar = (userId: string, now: number) => counts.get(keyOf(userId, now)) ?? 0;
  return {
    async count(userId, now) {
      const count = soFar(userId, now) + 1;
      counts.set(keyOf(userId, now), count);
      return count;
    },
    soFar: async (userId, now) => soFar(userId, now),
  };
}

/** A history store in memory. */
export function memoryHistoryStore(): HistoryStore & { all(): readonly HistoryRow[] } {
  const subjects = new Map<string, Map<string, HistoryRow>>();
  return {
    async add(subject, rows) {
      const known = subjects.get(subject) ?? new Map<string, HistoryRow>();
      subjects.set(subject, known);
      for (const row of rows) known.set(row.id, copy(row));
    },
    async page(subject, limit, before) {
      const earlier = [...(subjects.get(subject)?.values() ?? [])]
        .filter(({ id }) => before === undefined || id < before)
        .sort((a, b) => (a.id < b.id ? 1 : -1));
      return { rows: copy(earlier.slice(0, limit)), more: earlier.length > limit };
    },
    all: () => [...subjects.values()].flatMap((rows) => [...rows.values()]),
  };
}

/** Pairs in memory. */
export function memoryPairStore(): PairStore {
  const pairs = new Map<string, Pair>();
  return {
    async record(key, half) {
      const known = { ...half, ...pairs.get(key) };
      pairs.set(key, copy(known));
      return copy(known);
    },
  };
}

type Redrive = NonNullable<ExecutionRecord["redrive"]>;

const isNews = (redrive: Redrive, known: Redrive | undefined): boolean =>
  !known ||
  redrive.number > known.number ||
  (redrive.number === known.number && known.at === undefined && redrive.at !== undefined);

/** A store of execution records in memory. */
export function memoryExecutionStore(): ExecutionStore {
  const records = new Map<string, ExecutionRecord>();
  return {
    read: async (execution) => copy(records.get(execution)),
    async record(record) {
      const before = records.get(record.execution);
      const known: { -readonly [F in keyof ExecutionRecord]: ExecutionRecord[F] } = { ...record, ...before };
      const { redrive, end } = record;
      if (redrive && isNews(redrive, before?.redrive)) known.redrive = redrive;
      if (end && !(before?.end && before.end.redrive >= end.redrive)) known.end = end;
      records.set(record.execution, copy(known));
      return copy(known);
    },
  };
}
