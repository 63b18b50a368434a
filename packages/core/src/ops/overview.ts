import {
  type Channel,
  defined,
  headOf,
  minutes,
  type Principal,
  parseChannel,
  type RequestId,
  type Subject,
} from "@callboard/protocol";
import { eachLimited } from "../channel/each-limited.ts";
import { DUE_PARTITIONS, type Ports } from "../ports/index.ts";
import type { PendingStore } from "../ports/ops.ts";
import type { FeedbackRequest } from "../request/request.ts";

/** Entries read of each partition: some thousands in all. */
const MAX_ENTRIES_PER_PARTITION = 500;
const PARTITIONS_AT_ONCE = 4;

/** What is open or on its way, in the whole table. */
export interface RequestsOverview {
  readonly requests: readonly RequestOverview[];
  /** Whether there may be others; those are due later than all of these. */
  readonly more: boolean;
}

/** What is open or on its way, the oldest first: the whole table, as far as one read of each partition reaches. */
export async function listOverview({
  pending,
  clock,
}: Pick<Ports, "clock"> & { readonly pending: PendingStore }): Promise<RequestsOverview> {
  const found: FeedbackRequest[] = [];
  let more = false;
  await eachLimited(Array(DUE_PARTITIONS).keys(), PARTITIONS_AT_ONCE, async (partition) => {
    const page = await pending.pending(partition, MAX_ENTRIES_PER_PARTITION);
    found.push(...page.requests);
    more ||= page.more;
  });
  return { requests: overviewOf(found, clock.now()), more };
}

/** How many connections follow a channel. */
export interface ConnectionsOverview {
  readonly channel: Channel;
  readonly total: number;
  /** Connections by shard, from shard 0. */
  readonly shards: readonly number[];
}

/** The ports that counting connections needs. */
export type ConnectionPorts = Pick<Ports, "heads"> & { readonly push: Pick<Ports["push"], "count"> };

/** Counts the connections that follow a channel; a channel may have followers before anything is published to it. */
export async function countConnections(
  { heads, push }: ConnectionPorts,
  channel: Channel,
): Promise<ConnectionsOverview> {
  const name = headOf(channel);
  const hint = (await heads.read([name])).get(name)?.channels[parseChannel(channel).kind]?.shards ?? 1;
  const shards = await push.count({ channel, hint });
  return { channel, total: shards.reduce((sum, count) => sum + count, 0), shards };
}

/** An answer that was not handed over for longer than this is stuck. Milliseconds. */
export const STUCK_AFTER_MS = minutes(1);

/** What operators see of a request: no names, and no text that people wrote. Times are milliseconds. */
export interface RequestOverview {
  readonly requestId: RequestId;
  readonly subject: Subject;
  readonly thread: string;
  readonly round: number;
  readonly state: "open" | "answered";
  readonly askedAt: number;
  /** Time since it was asked. */
  readonly ageMs: number;
  readonly deadline?: number;
  readonly assignees: readonly Principal[];
  /** Set for an answered request. */
  readonly relay?: RelayOverview;
}

/** An answer on its way to its execution. */
interface RelayOverview {
  readonly answeredAt: number;
  /** Time since the answer. */
  readonly ageMs: number;
  /** Attempts without a final outcome; the first is made right after the answer. */
  readonly attempts: number;
  readonly nextAt: number;
  readonly stuck: boolean;
}

/** A request with a stuck answer. */
type StuckRelay = RequestOverview & { readonly relay: RelayOverview };

/** Requests that are open or answered, the oldest first. */
export const overviewOf = (requests: readonly FeedbackRequest[], now: number): RequestOverview[] =>
  requests
    .flatMap((request) => lineOf(request, now) ?? [])
    .sort((a, b) => a.askedAt - b.askedAt || (a.requestId < b.requestId ? -1 : 1));

/** Those of them that are stuck, the oldest answer first. */
export const stuckAmong = (overview: readonly RequestOverview[]): StuckRelay[] =>
  overview
    .filter((line): line is StuckRelay => line.relay?.stuck === true)
    .sort((a, b) => a.relay.answeredAt - b.relay.answeredAt);

function lineOf(request: FeedbackRequest, now: number): RequestOverview | undefined {
  const { id, subject, thread, round, askedAt, deadline, assignees, status } = request;
  if (status.state !== "open" && status.state !== "answered") return undefined;
  return defined({
    requestId: id,
    subject,
    thread,
    round,
    state: status.state,
    askedAt,
    ageMs: now - askedAt,
    deadline,
    assignees,
    relay: status.state === "answered" ? relayOf(status, now) : undefined,
  });
}

function relayOf(
  { reply, attempts, relayAt }: Extract<FeedbackRequest["status"], { state: "answered" }>,
  now: number,
): RelayOverview {
  const ageMs = now - reply.at;
  return { answeredAt: reply.at, ageMs, attempts, nextAt: relayAt, stuck: ageMs > STUCK_AFTER_MS };
}
