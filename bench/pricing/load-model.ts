import { heartbeatMs } from "@callboard/protocol";
import { assumed } from "./assumptions.ts";
import type { Taken } from "./quotas.ts";
import {
  billedSeconds,
  costOf,
  runsOf,
  tableWritesOf,
  type UseCaseCost,
  type UseCaseCosts,
} from "./use-case-costs.ts";

/** Rows of about 100 bytes that one strongly consistent read unit covers. */
const ROWS_A_READ_UNIT = 40;

/** Write units of one of its writes to the table. */
const unitsAWrite = (cost: UseCaseCost): number => cost.write / Math.max(1, tableWritesOf(cost));

const putsOf = (cost: UseCaseCost): number =>
  runsOf(cost).reduce((sum, { operation, count }) => sum + (operation === "PutEvents" ? count : 0), 0);

/** The use of the quotas by a use case at a rate per second, with the workflow's event that causes each. */
function takenBy(cost: UseCaseCost, perSecond: number): Taken {
  return {
    requests: perSecond * cost.posts,
    puts: perSecond * (1 + putsOf(cost)),
    invocations: perSecond * (1 + cost.events),
    concurrency: perSecond * billedSeconds(cost),
    newTableWrites: perSecond * cost.write,
    tableWrites: perSecond * cost.write,
    newTableReads: perSecond * cost.read,
  };
}

/** Progress of many subjects: events per second, and followers of each subject. */
export interface ManySubjects {
  readonly eventsASecond: number;
  readonly subjects: number;
  readonly followers: number;
}

/** Its use of the quotas: posts to the followers, and the heartbeats that each of them sends. */
export function manySubjects(
  costs: UseCaseCosts,
  { eventsASecond, subjects, followers }: ManySubjects,
): Taken {
  const cost = costOf(costs, "further progress");
  const heartbeats = (subjects * followers) / (heartbeatMs.watch / 1000);
  const perSubject = eventsASecond / subjects;
  return {
    ...takenBy(cost, eventsASecond),
    requests: eventsASecond * followers + heartbeats,
    partitionWrites: perSubject * unitsAWrite(cost),
  };
}

/** One channel with many viewers. */
export interface OneChannel {
  readonly viewers: number;
  readonly shards: number;
  /** Pushes a second. */
  readonly pushes: number;
  readonly pages: number;
  /** Seconds that a page takes. */
  readonly pageSeconds: number;
  /** Read units of all subscriptions. */
  readonly readUnits: number;
}

/** Its use of the quotas when all viewers are connected. */
export function oneChannel({ viewers, shards, pushes, pages, pageSeconds, readUnits }: OneChannel): Taken {
  return {
    requests: viewers * pushes + viewers / (heartbeatMs.watch / 1000),
    concurrency: pages * pushes * pageSeconds,
    puts: pages * pushes,
    invocations: pages * pushes,
    newTableReads: readUnits * pushes,
    partitionReads: (readUnits * pushes) / shards,
  };
}

/** A role whose members share an inbox. */
export interface RoleInbox {
  readonly members: number;
  readonly questionsAMinute: number;
  /** How often the inbox changes in the life of a question: asked, answered, relayed. */
  readonly changes: number;
}

/** The use of the quotas by its questions: each change is one write of the inbox, and a post to each member. */
export function roleInbox(
  costs: UseCaseCosts,
  { members, questionsAMinute, changes }: RoleInbox,
): Taken & { readonly requests: number } {
  const asked = costOf(costs, "a question");
  const changesASecond = (questionsAMinute / 60) * changes;
  const postSeconds = (Math.ceil(members / assumed("postsAtOnce")) * assumed("postMs")) / 1000;
  return {
    requests: changesASecond * members + members / (heartbeatMs.inbox / 1000),
    concurrency: changesASecond * (billedSeconds(asked) + postSeconds),
    partitionWrites: changesASecond * unitsAWrite(asked),
    partitionReads: changesASecond * (members / ROWS_A_READ_UNIT),
    newTableWrites: (questionsAMinute / 60) * asked.write,
  };
}

/** How many events a second one subject can take, by the limit that applies. */
export interface HotSubject {
  /** Write units of one change. */
  readonly unitsAWrite: number;
  /** By the write units of one partition. */
  readonly byUnits: number;
  /** If each write is decided on the result of the one before. */
  readonly byTurns: number;
  /** The same if that many waiting changes of one process are one write. */
  readonly grouped: { readonly atOnce: number; readonly byUnits: number; readonly byTurns: number };
}

/**
 * Models many reports of one subject at once. Changes of a channel are written one after the other, each on the
 * condition that nothing has changed since it was read. On AWS each is in an invocation of its own; on one machine the
 * waiting changes can be written together.
 */
export function hotSubject(costs: UseCaseCosts, partitionWrites: number, atOnce = 10): HotSubject {
  const cost = costOf(costs, "further progress");
  const units = unitsAWrite(cost);
  const isTransaction = /TransactWriteItems/.test(cost.calls);
  const turnMs = assumed(isTransaction ? "transactionMs" : "writeMs") + assumed("readMs");
  const byUnits = partitionWrites / units;
  const byTurns = 1000 / turnMs;
  return {
    unitsAWrite: units,
    byUnits,
    byTurns,
    grouped: { atOnce, byUnits: byUnits * atOnce, byTurns: byTurns * atOnce },
  };
}
