import type { AudienceStore, ConnectionStore } from "./connections.ts";
import type { HeadStore } from "./heads.ts";
import type { HistoryStore } from "./history.ts";
import type { NoticeStore } from "./notice-records.ts";
import type {
  AnswerSchemas,
  Bus,
  Clock,
  ExecutionStore,
  Executions,
  Ids,
  Later,
  Log,
  Objects,
  PairStore,
} from "./outside.ts";
import type { PeopleStore } from "./people.ts";
import type { Push } from "./push.ts";
import type { DoorTokens, ReachStore } from "./reach.ts";
import type { AttentionStore, DueStore, RefusalCounter, RequestStore, TokenVault } from "./requests.ts";
import type { Wakeups } from "./wakeups.ts";

export type * from "./connections.ts";
export type * from "./heads.ts";
export type * from "./history.ts";
export type * from "./notice-records.ts";
export type * from "./notices.ts";
export type * from "./ops.ts";
export type * from "./outside.ts";
export type * from "./people.ts";
export type * from "./push.ts";
export type * from "./reach.ts";
export * from "./requests.ts";
export * from "./shown.ts";
export type * from "./wakeups.ts";

/** All that the domain needs from outside. */
export interface Ports {
  readonly heads: HeadStore;
  readonly push: Push;
  readonly audiences: AudienceStore;
  readonly dues: DueStore;
  readonly wakeups: Wakeups;
  readonly connections: ConnectionStore;
  readonly requests: RequestStore;
  readonly attention: AttentionStore;
  readonly refusals: RefusalCounter;
  readonly people: PeopleStore;
  readonly doorTokens: DoorTokens;
  readonly reach: ReachStore;
  readonly notices: NoticeStore;
  readonly tokens: TokenVault;
  readonly executionRecords: ExecutionStore;
  readonly pairs: PairStore;
  readonly history: HistoryStore;
  /** Kinds of subjects that have lists and a history; for others neither is stored. */
  readonly lists: ReadonlySet<string>;
  /** The address of the pages, for links in notices and events; without it there are no links. */
  readonly pages?: string | undefined;
  /** After how long people are notified by mail or webhook, if the question does not say; without it they never are. */
  readonly notifyAfterSeconds?: number | undefined;
  /** Whether a webhook may be on this machine, by `http:`. Only for a service that notifies nobody except its owner. */
  readonly webhooksHere?: boolean | undefined;
  readonly bus: Bus;
  readonly executions: Executions;
  readonly objects: Objects;
  readonly schemas: AnswerSchemas;
  readonly clock: Clock;
  readonly later: Later;
  readonly ids: Ids;
  readonly log: Log;
}
