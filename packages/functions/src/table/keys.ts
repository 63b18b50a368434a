import { DUE_PARTITIONS, type Due, type DueKind, type Thread } from "@callboard/core";
import {
  type Channel,
  type ChannelKind,
  channelsOf,
  fnv1a,
  type HeadName,
  type Hook,
  headOf,
  type Principal,
  parseChannel,
  type RequestId,
  type Subject,
} from "@callboard/protocol";

/** The primary key of a row. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** Prefixes of partition keys, for the code that makes the keys and for the roles that may use them. */
export const rowPrefix = {
  subject: "SUBJ#",
  inbox: "INBOX#",
  list: "LIST#",
  subscriptions: "SUBS#",
  connection: "CONN#",
  audience: "AUD#",
  request: "REQ#",
  refusals: "RATE#",
  execution: "EXEC#",
  pair: "PAIR#",
  person: "PERSON#",
  name: "NAME#",
  role: "ROLE#",
  /** What a person was notified of. */
  told: "TOLD#",
  /** The history of a subject. */
  history: "HIST#",
  taskToken: "TOKEN#",
  /** Keys that seal the tokens in notices. */
  secret: "SECRET#",
  /** The registry of plugins, by hook. */
  hook: "HOOK#",
  /** Notes that a life cycle's end was reported. */
  lifecycle: "LIFE#",
  /** How a text model of the post-processing answered recently; only its state machine reads and writes it. */
  breaker: "BREAKER#",
  layout: "LAYOUT",
} as const;

/** A kind of row, by its leading key. */
export type RowKind = keyof typeof rowPrefix;

/** Prefixes of sort keys, where one partition holds rows of several kinds. */
export const sortPrefix = {
  /** An entry of a subject, inbox or list that is not in its head. */
  entry: "K#",
  /** A connection that follows a subject's `work:` channel, an inbox or a list. */
  owner: "O#",
  /** A connection that follows a subject's `watch:` channel. */
  viewer: "W#",
  /** An assignee of an open request. */
  assignee: "FOR#",
  /** A request's ledger: a query returns its rows in order. */
  ledger: "L#",
  /** Who has opened a request, by connection. */
  attention: "ATT#",
  /** A person's refusals in a minute. */
  minute: "MINUTE#",
  /** A question that a person was notified of. */
  toldOf: "OF#",
  /** The heads of an execution's threads. */
  thread: "THREAD#",
} as const;

/** Prefixes of the partitions of the index `due`; they are not rows. */
const duePrefix = { request: "DUE#R#", audience: "DUE#A#" } as const satisfies Record<DueKind, string>;

const META = "META";
const TURN = "TURN";
const REACH = "REACH";
const HEAD = "HEAD";
const ACCESS = "ACCESS";

/** Prefixes of heads' partitions, by the kind of channel. */
const headPrefixes = {
  work: rowPrefix.subject,
  inbox: rowPrefix.inbox,
  list: rowPrefix.list,
} as const satisfies Partial<Record<ChannelKind, string>>;

type HeadKind = keyof typeof headPrefixes;

/** The partition of a subject, inbox or list. */
function headPartition(head: HeadName): string {
  const { kind, name } = parseChannel(head);
  return `${headPrefixes[kind as HeadKind]}${name}`;
}

/** A subject, inbox or list. Read strongly before a change and after a subscription. */
export const headKey = (head: HeadName): Key => ({ pk: headPartition(head), sk: HEAD });

/** One entry of a subject, inbox or list that is not in the head. Read after the head. */
export const entryKey = (head: HeadName, key: string): Key => ({
  pk: headPartition(head),
  sk: `${sortPrefix.entry}${key}`,
});

/** The key of an entry that has its own row. */
export const entryOf = ({ sk }: Pick<Key, "sk">): string => sk.slice(sortPrefix.entry.length);
/** The name of the head in a partition. */
export function headNameOf(pk: string): HeadName {
  const kinds = Object.keys(headPrefixes) as HeadKind[];
  const kind = kinds.find((one) => pk.startsWith(headPrefixes[one])) ?? "work";
  return `${kind}:${pk.slice(headPrefixes[kind].length)}` as HeadName;
}

/** The members of a subject, if they are not in its head. Read after the head. */
export const accessKey = (head: HeadName): Key => ({ pk: headPartition(head), sk: ACCESS });

/**
 * All connections that follow a subject's channels, an inbox or a list: one partition for each shard, in which
 * the sort keys separate owners and viewers. Queried strongly when pushing.
 */
export const subscriptionsOf = (head: HeadName, shard: number): string =>
  `${rowPrefix.subscriptions}${head}#${shard}`;

const followerPrefixes: Readonly<Record<ChannelKind, string>> = {
  watch: sortPrefix.viewer,
  work: sortPrefix.owner,
  inbox: sortPrefix.owner,
  list: sortPrefix.owner,
};

/** The prefix of the sort keys of a channel's followers. */
export const followerPrefixOf = (channel: Channel): string => followerPrefixes[parseChannel(channel).kind];

/** One connection's subscription; `byConnection` finds all of a connection's, to clean up. */
export const subscriptionKey = (channel: Channel, shard: number, connectionId: string): Key => ({
  pk: subscriptionsOf(headOf(channel), shard),
  sk: `${followerPrefixOf(channel)}${connectionId}`,
});

/** The channel that a subscription follows. */
export function followedBy({ pk, sk }: Key): Channel {
  const head = pk.slice(rowPrefix.subscriptions.length, pk.lastIndexOf("#")) as HeadName;
  return channelsOf(head).find((channel) => sk.startsWith(followerPrefixOf(channel)))!;
}

/** The connection of a subscription. */
export const connectionOf = ({ sk }: Pick<Key, "sk">): string => sk.slice(sk.indexOf("#") + 1);

/** The state of one sweep of a channel's audience, apart from the subscriptions. */
export const sweepKey = (channel: Channel, index: number): Key => ({
  pk: `${rowPrefix.subscriptions}${headOf(channel)}#sweeps`,
  sk: `${followerPrefixOf(channel)}${index}`,
});

/** An audience to count; the index `due` finds it when it is due. */
export const audienceKey = (channel: Channel): Key => ({ pk: `${rowPrefix.audience}${channel}`, sk: META });

/** A connection, written at `$connect` and deleted at `$disconnect`. */
export const connectionKey = (connectionId: string): Key => ({
  pk: `${rowPrefix.connection}${connectionId}`,
  sk: META,
});

/** A request: read strongly before each decision; the index `due` finds requests that are due. */
export const requestKey = (id: RequestId): Key => ({ pk: `${rowPrefix.request}${id}`, sk: META });

/** The request of a row in its partition. */
export const requestIdOf = (pk: string): RequestId => pk.slice(rowPrefix.request.length) as RequestId;

/** An open request's assignee; `byPrincipal` finds a principal's requests. */
export const assigneeKey = (id: RequestId, principal: Principal): Key => ({
  pk: `${rowPrefix.request}${id}`,
  sk: `${sortPrefix.assignee}${principal}`,
});

/** The key in `byPrincipal` for ledger rows of a person who acted: separate from the requests to that person. */
export const actedIndex = (principal: Principal): string => `by:${principal}`;

/** The key in `byPrincipal` for the requests of an execution, by the first rows of their ledgers. */
export const executionIndex = (execution: string): string => `in:${execution}`;

/** The key in `byPrincipal` for requests that a person was asked and is no longer asked. */
export const askedBeforeIndex = (principal: Principal): string => `was:${principal}`;

/** The key in `byPrincipal` for the requests that a person has opened. */
export const attendedIndex = (principal: Principal): string => `saw:${principal}`;

/** What a plugin is sent when a request is its turn. */
export const turnDetailKey = (id: RequestId): Key => ({ pk: `${rowPrefix.request}${id}`, sk: TURN });

/**
 * A plugin that is asked at a hook: a query returns a hook's plugins in order. Written by a deployment; only the life
 * cycle's state machine reads it.
 */
export const pluginKey = (hook: Hook, order: number, plugin: string): Key => ({
  pk: `${rowPrefix.hook}${hook}`,
  sk: `${String(order).padStart(4, "0")}#${plugin}`,
});

/** The n-th row of a request's ledger. */
export const ledgerKey = (id: RequestId, n: number): Key => ({
  pk: `${rowPrefix.request}${id}`,
  sk: `${sortPrefix.ledger}${String(n).padStart(6, "0")}`,
});

/**
 * Who has opened a request: one row for each open connection, one for a person's closed ones. A strong query of the
 * partition finds all; `byConnection` finds a connection's.
 */
export const attentionKey = (id: RequestId, userId: string, connectionId?: string): Key => ({
  pk: `${rowPrefix.request}${id}`,
  sk: `${sortPrefix.attention}${userId}${connectionId === undefined ? "" : `#${connectionId}`}`,
});

/** The row that keeps a person's attention after the connection is closed. */
export const pastAttentionKey = ({ pk, sk }: Key): Key => ({ pk, sk: sk.slice(0, sk.lastIndexOf("#")) });

/** How often a person was refused in a minute since the epoch. */
export const refusalsKey = (userId: string, minute: number): Key => ({
  pk: `${rowPrefix.refusals}${userId}`,
  sk: `${sortPrefix.minute}${minute}`,
});

/** What is known of a person who signed in, by the hash of their principal. Read strongly when they connect. */
export const personKey = (hash: string): Key => ({ pk: `${rowPrefix.person}${hash}`, sk: META });

/** How a person is reached, next to the person's own row. */
export const reachKey = (hash: string): Key => ({ pk: `${rowPrefix.person}${hash}`, sk: REACH });

/** The partition of all people who signed in with a role. */
export const rolePartition = (role: Principal): string => `${rowPrefix.role}${role.slice("role/".length)}`;

/** A person who signed in with a role, by the hash of their principal. */
export const memberKey = (role: Principal, hash: string): Key => ({ pk: rolePartition(role), sk: hash });

/** The partition of all words with the same first character: a search has typed at least one. */
export const wordPartition = (word: string): string =>
  `${rowPrefix.name}${String.fromCodePoint(word.codePointAt(0)!)}`;

/** A word that finds a person; words with the same beginning are next to each other. */
export const wordKey = (word: string, userId: string): Key => ({
  pk: wordPartition(word),
  sk: `${word}#${userId}`,
});

/** Whose turn it is to notify a person, by the hash of their principal. Read strongly before each notice. */
export const turnKey = (hash: string): Key => ({ pk: `${rowPrefix.told}${hash}`, sk: META });

/** What a person was notified of about a question; all of a person's rows are together, to be erased. */
export const noticeRowKey = (hash: string, id: RequestId): Key => ({
  pk: `${rowPrefix.told}${hash}`,
  sk: `${sortPrefix.toldOf}${id}`,
});

/** The nth key for tokens in notices: the newest seals, and the one before it is accepted too. */
export const doorSecretKey = (n: number): Key => ({
  pk: `${rowPrefix.secret}doors`,
  sk: String(n).padStart(6, "0"),
});

/** The partition of a subject's history, and a row of it by its id: ids are in the order of time. */
export const historyPartition = (subject: Subject): string => `${rowPrefix.history}${subject}`;
export const historyKey = (subject: Subject, id: string): Key => ({
  pk: historyPartition(subject),
  sk: id,
});

/** The task token of a request: by the leading key, only `ingest` may write and only `relay` may read it. */
export const tokenKey = (id: RequestId): Key => ({ pk: `${rowPrefix.taskToken}${id}`, sk: META });

/** How a text model answered recently. The post-processing's state machine writes it, with the same prefix. */
export const breakerKey = (model: string): Key => ({ pk: `${rowPrefix.breaker}${model}`, sk: META });

/** The table's layout; each process that reads heads reads it once. */
export const layoutKey: Key = { pk: rowPrefix.layout, sk: META };

/** What is known of an execution; all of its threads are in the same partition. */
export const executionKey = (execution: string): Key => ({
  pk: `${rowPrefix.execution}${execution}`,
  sk: META,
});

/** What is known of a step that two events report, by the hash of the key that both contain. */
export const pairKey = (hash: string): Key => ({ pk: `${rowPrefix.pair}${hash}`, sk: META });

/** The current request of a thread. Read strongly before a question; all of them when the execution ends. */
export const threadKey = ({ execution, subject, thread }: Thread): Key => ({
  pk: `${rowPrefix.execution}${execution}`,
  sk: `${sortPrefix.thread}${subject}#${thread}`,
});

/** A partition of the index `due`: requests and audiences have separate ones. */
export const duePartitionKey = (kind: DueKind, partition: number): string => `${duePrefix[kind]}${partition}`;

/** The row of something that may be due. */
export const dueKey = (due: Due): Key =>
  "request" in due ? requestKey(due.request) : audienceKey(due.audience);

/** What a row that may be due is about. */
export const dueThingOf = (pk: string): Due =>
  pk.startsWith(rowPrefix.audience)
    ? { audience: pk.slice(rowPrefix.audience.length) as Channel }
    : { request: requestIdOf(pk) };

/** The partition of `due` for a request or an audience, by the FNV-1a hash of its name. */
export const duePartitionOf = (id: RequestId | Channel): number => fnv1a(id) % DUE_PARTITIONS;
