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

/**
 * What the partition keys of each kind of row begin with, once for the code that makes them and the roles that may
 * touch them.
 */
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
  /** What somebody was told elsewhere. */
  told: "TOLD#",
  /** What happened to a subject. */
  history: "HIST#",
  taskToken: "TOKEN#",
  /** Keys that seal the tokens in what people are told elsewhere. */
  secret: "SECRET#",
  /** The registry of plugins, by hook. */
  hook: "HOOK#",
  /** That the end of a life cycle was told for it. */
  lifecycle: "LIFE#",
  /** How a text model of the post-processing has answered lately; its state machine alone reads and writes it. */
  breaker: "BREAKER#",
  layout: "LAYOUT",
} as const;

/** A kind of row, by its leading key. */
export type RowKind = keyof typeof rowPrefix;

/** What sort keys begin with, where one partition holds rows of several kinds. */
export const sortPrefix = {
  /** A key of a subject, inbox or list that does not stand in its head. */
  entry: "K#",
  /** A connection that follows a subject's `work:` channel, an inbox or a list. */
  owner: "O#",
  /** A connection that follows a subject's `watch:` channel. */
  viewer: "W#",
  /** Whom an open request is put to. */
  assignee: "FOR#",
  /** A request's ledger: a query gives its rows in order. */
  ledger: "L#",
  /** Who attended to a request, by connection. */
  attention: "ATT#",
  /** A person's refusals in a minute. */
  minute: "MINUTE#",
  /** A question that somebody was told of. */
  toldOf: "OF#",
  /** The heads of an execution's threads. */
  thread: "THREAD#",
} as const;

/** What the partitions of the index `due` begin with; they are no rows. */
const duePrefix = { request: "DUE#R#", audience: "DUE#A#" } as const satisfies Record<DueKind, string>;

const META = "META";
const TURN = "TURN";
const REACH = "REACH";
const HEAD = "HEAD";
const ACCESS = "ACCESS";

/** What the partitions of heads begin with, by the kind of channel that names them. */
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

/** One key of a subject, inbox or list, where it does not stand in the head. Read after the head. */
export const entryKey = (head: HeadName, key: string): Key => ({
  pk: headPartition(head),
  sk: `${sortPrefix.entry}${key}`,
});

/** The key of a row beside a head, and the head of a partition. */
export const entryOf = ({ sk }: Pick<Key, "sk">): string => sk.slice(sortPrefix.entry.length);
export function headNameOf(pk: string): HeadName {
  const kinds = Object.keys(headPrefixes) as HeadKind[];
  const kind = kinds.find((one) => pk.startsWith(headPrefixes[one])) ?? "work";
  return `${kind}:${pk.slice(headPrefixes[kind].length)}` as HeadName;
}

/** Who belongs to a subject, where that does not stand in its head. Read after the head. */
export const accessKey = (head: HeadName): Key => ({ pk: headPartition(head), sk: ACCESS });

/**
 * All connections that follow a subject's channels, an inbox or a list, one partition a shard: owners apart from viewers by
 * their sort keys. Queried strongly when pushing.
 */
export const subscriptionsOf = (head: HeadName, shard: number): string =>
  `${rowPrefix.subscriptions}${head}#${shard}`;

const followerPrefixes: Readonly<Record<ChannelKind, string>> = {
  watch: sortPrefix.viewer,
  work: sortPrefix.owner,
  inbox: sortPrefix.owner,
  list: sortPrefix.owner,
};

/** What the sort keys of those who follow a channel begin with. */
export const followerPrefixOf = (channel: Channel): string => followerPrefixes[parseChannel(channel).kind];

/** One connection's subscription; all of one connection's through `byConnection`, to clean up. */
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

/** Where a sweep of a channel's audience stands, apart from those who are in it. */
export const sweepKey = (channel: Channel, index: number): Key => ({
  pk: `${rowPrefix.subscriptions}${headOf(channel)}#sweeps`,
  sk: `${followerPrefixOf(channel)}${index}`,
});

/** An audience that is to be counted; found when it is due by the index `due`. */
export const audienceKey = (channel: Channel): Key => ({ pk: `${rowPrefix.audience}${channel}`, sk: META });

/** A connection, written at `$connect` and removed at `$disconnect`. */
export const connectionKey = (connectionId: string): Key => ({
  pk: `${rowPrefix.connection}${connectionId}`,
  sk: META,
});

/** A request: read strongly before each decision; those that are due through the index `due`. */
export const requestKey = (id: RequestId): Key => ({ pk: `${rowPrefix.request}${id}`, sk: META });

/** The request that a row of its partition belongs to. */
export const requestIdOf = (pk: string): RequestId => pk.slice(rowPrefix.request.length) as RequestId;

/** An open request's assignee; what is asked of one principal through `byPrincipal`. */
export const assigneeKey = (id: RequestId, principal: Principal): Key => ({
  pk: `${rowPrefix.request}${id}`,
  sk: `${sortPrefix.assignee}${principal}`,
});

/** Under what `byPrincipal` finds the ledger rows of somebody who acted: apart from what they are asked. */
export const actedIndex = (principal: Principal): string => `by:${principal}`;

/** Under what `byPrincipal` finds the requests of an execution, by the first rows of their ledgers. */
export const executionIndex = (execution: string): string => `in:${execution}`;

/** Under what `byPrincipal` finds requests that somebody was asked, and is no more. */
export const askedBeforeIndex = (principal: Principal): string => `was:${principal}`;

/** Under what `byPrincipal` finds the requests that somebody attended to. */
export const attendedIndex = (principal: Principal): string => `saw:${principal}`;

/** What the plugin is told whose turn a request is. */
export const turnDetailKey = (id: RequestId): Key => ({ pk: `${rowPrefix.request}${id}`, sk: TURN });

/**
 * A plugin that is asked at a hook: a query gives a hook's in their order. Written by a deployment, and read by the state
 * machine of the life cycle alone.
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
 * Who attends to a request over which connection, or did over those that are closed; all of them by a strong query of
 * the partition, and a connection's through `byConnection`.
 */
export const attentionKey = (id: RequestId, userId: string, connectionId?: string): Key => ({
  pk: `${rowPrefix.request}${id}`,
  sk: `${sortPrefix.attention}${userId}${connectionId === undefined ? "" : `#${connectionId}`}`,
});

/** The row that a person's attention over a connection goes into once the connection is closed. */
export const pastAttentionKey = ({ pk, sk }: Key): Key => ({ pk, sk: sk.slice(0, sk.lastIndexOf("#")) });

/** How often a person was refused in a minute since the epoch. */
export const refusalsKey = (userId: string, minute: number): Key => ({
  pk: `${rowPrefix.refusals}${userId}`,
  sk: `${sortPrefix.minute}${minute}`,
});

/** What is known of somebody who came with a token, by the hash of their principal. Read strongly as they come. */
export const personKey = (hash: string): Key => ({ pk: `${rowPrefix.person}${hash}`, sk: META });

/** How somebody is reached, beside who they are. */
export const reachKey = (hash: string): Key => ({ pk: `${rowPrefix.person}${hash}`, sk: REACH });

/** The partition of all who came with a role. */
export const rolePartition = (role: Principal): string => `${rowPrefix.role}${role.slice("role/".length)}`;

/** One of those who came with a role, by the hash of their principal. */
export const memberKey = (role: Principal, hash: string): Key => ({ pk: rolePartition(role), sk: hash });

/** The partition of all words with the same first letter: who looks for a name has typed at least that. */
export const wordPartition = (word: string): string =>
  `${rowPrefix.name}${String.fromCodePoint(word.codePointAt(0)!)}`;

/** A word that somebody is found by; those that begin alike lie together. */
export const wordKey = (word: string, userId: string): Key => ({
  pk: wordPartition(word),
  sk: `${word}#${userId}`,
});

/** Whose turn it is to tell somebody elsewhere, by the hash of their principal. Read strongly before they are told. */
export const turnKey = (hash: string): Key => ({ pk: `${rowPrefix.told}${hash}`, sk: META });

/** What somebody was told of a question; all of a person's lie together, to be forgotten. */
export const toldKey = (hash: string, id: RequestId): Key => ({
  pk: `${rowPrefix.told}${hash}`,
  sk: `${sortPrefix.toldOf}${id}`,
});

/** The nth key for the tokens that people are told: the newest seals, and the one before it is taken too. */
export const doorSecretKey = (n: number): Key => ({
  pk: `${rowPrefix.secret}doors`,
  sk: String(n).padStart(6, "0"),
});

/** The partition of a subject's history, and a row of it by its id: these are in the order of time. */
export const historyPartition = (subject: Subject): string => `${rowPrefix.history}${subject}`;
export const historyKey = (subject: Subject, id: string): Key => ({
  pk: historyPartition(subject),
  sk: id,
});

/** The task token of a request: by the leading key only `ingest` may write and only `relay` may read it. */
export const tokenKey = (id: RequestId): Key => ({ pk: `${rowPrefix.taskToken}${id}`, sk: META });

/** How a text model has answered lately. The state machine of the post-processing writes it, with the same prefix. */
export const breakerKey = (model: string): Key => ({ pk: `${rowPrefix.breaker}${model}`, sk: META });

/** Which layout the table has; read once by each process that reads heads. */
export const layoutKey: Key = { pk: rowPrefix.layout, sk: META };

/** What is known of an execution; all of its threads lie in the same partition. */
export const executionKey = (execution: string): Key => ({
  pk: `${rowPrefix.execution}${execution}`,
  sk: META,
});

/** What is known of a step that two events tell of, by the hash of the key that both bring. */
export const pairKey = (hash: string): Key => ({ pk: `${rowPrefix.pair}${hash}`, sk: META });

/** The request that is current in a thread. Read strongly before a question; all of them when the execution ends. */
export const threadKey = ({ execution, subject, thread }: Thread): Key => ({
  pk: `${rowPrefix.execution}${execution}`,
  sk: `${sortPrefix.thread}${subject}#${thread}`,
});

/** A partition of the index `due`: those of requests and those of audiences lie apart. */
export const duePartitionKey = (kind: DueKind, partition: number): string => `${duePrefix[kind]}${partition}`;

/** The row that something stands for which may be due. */
export const dueKey = (due: Due): Key =>
  "request" in due ? requestKey(due.request) : audienceKey(due.audience);

/** What a row stands for that may be due. */
export const dueThingOf = (pk: string): Due =>
  pk.startsWith(rowPrefix.audience)
    ? { audience: pk.slice(rowPrefix.audience.length) as Channel }
    : { request: requestIdOf(pk) };

/** The partition of `due` that a request or an audience falls into, by the FNV-1a hash of its name. */
export const duePartitionOf = (id: RequestId | Channel): number => fnv1a(id) % DUE_PARTITIONS;
