import type { AudienceStore, ConnectionStore } from "./connections.ts";
import type { HeadStore } from "./heads.ts";
import type { HistoryStore } from "./history.ts";
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
import type { NoticeStore } from "./told.ts";
import type { Wakeups } from "./wakeups.ts";

export type * from "./connections.ts";
export type * from "./heads.ts";
export type * from "./history.ts";
export type * from "./notices.ts";
export type * from "./ops.ts";
export type * from "./outside.ts";
export type * from "./people.ts";
export type * from "./push.ts";
export type * from "./reach.ts";
export * from "./requests.ts";
export * from "./shown.ts";
export type * from "./told.ts";
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
  /** Kinds of subjects that are listed and have a history; of others nothing is kept beside them. */
  readonly lists: ReadonlySet<string>;
  /** Where the pages are, for links in what is told outside; none without it. */
  readonly pages?: string | undefined;
  /** After how long people are told elsewhere of a question that does not say it; never without it. */
  readonly notifyAfterSeconds?: number | undefined;
  /** Whether a webhook may be on the machine itself, by `http:`; never where others than its owner are told of questions. */
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
