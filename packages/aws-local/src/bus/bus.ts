import { defaultPlace } from "../arn.ts";
import type { Clock } from "../clock/clock.ts";
import { type JsonCall, spoken } from "../endpoint/aws-json.ts";
import type { EndpointService } from "../endpoint/service.ts";
import type { EventTaker } from "../lambda/lambda.ts";
import type { Store } from "../store/store.ts";
import { type Connection, openConnections } from "./connections.ts";
import { type DeadLetter, listDeadLetters } from "./dead-letters.ts";
import { type Chaos, createDeliverer, type TargetFunction } from "./delivery.ts";
import type { PutEventsEntry } from "./event.ts";
import { type BusOperations, busOperations } from "./operations.ts";
import { type PutEventsResult, putEvents } from "./put-events.ts";
import { openRules } from "./rules.ts";

type Connections = ReturnType<typeof openConnections>;

export interface BusOptions {
  readonly clock: Clock;
  /** Where events, rules and dead letters are kept. */
  readonly store: Store;
  /**
   * What takes the events of a target, by its ARN: a function of this process, or what begins with no further commit, such
   * as one of Lambda's. Asked anew for each event.
   */
  readonly targetOf: (arn: string) => TargetFunction | EventTaker | undefined;
  readonly region?: string;
  readonly accountId?: string;
  readonly chaos?: Chaos | undefined;
  /** Told the name of a bus that does not exist, whenever an event is put there: as on AWS, its producer is not. */
  readonly onMissingBus?: (name: string) => void;
}

/** EventBridge on one machine: at least once, in no promised order, with retries and dead letters. */
export interface Bus extends EndpointService {
  /** The same operations, without HTTP. */
  readonly operations: BusOperations & Connections["operations"];
  readonly call: JsonCall;
  /**
   * Puts events as an AWS service does: the source may begin with `aws.`, which the `PutEvents` operation refuses.
   * Resolves when the events are on the disk and on their way.
   */
  putEvents(entries: readonly PutEventsEntry[]): Promise<PutEventsResult>;
  /** Delivers again what an earlier process still owed. Called once, when the targets are ready. */
  resume(): void;
  /**
   * Resolves when everything accepted was taken (by Lambda: was queued there) or dead-lettered; retries wait for the
   * clock.
   */
  idle(): Promise<void>;
  /** What a connection adds to requests, by its ARN; undefined where there is none. */
  addedBy(connectionArn: string): Connection | undefined;
  /** What the dead-letter queues hold, oldest first; one queue's when its ARN is given. */
  deadLetters(queueArn?: string): DeadLetter[];
  /** Stops delivering; what is owed is delivered after the next start. */
  close(): Promise<void>;
}

/** Opens the bus `default` and those that were created before. */
export async function createBus({
  clock,
  store,
  targetOf,
  region = defaultPlace.region,
  accountId = defaultPlace.accountId,
  chaos,
  onMissingBus = () => {},
}: BusOptions): Promise<Bus> {
  const rules = openRules(store);
  const deliverer = createDeliverer({ clock, store, targetOf, rules, chaos });
  const options = {
    store,
    rules,
    origin: () => ({ account: accountId, region, now: clock.now() }),
    owed: deliverer.owed,
    accept: deliverer.accept,
    onMissingBus,
  };
  const connections = openConnections({ store, clock, place: { region, accountId } });
  const operations = {
    ...busOperations({
      rules,
      region,
      accountId,
      putEvents: (entries) => putEvents(entries, "customer", options),
    }),
    ...connections.operations,
  };

  return {
    name: "EventBridge",
    target: "AWSEvents",
    ...spoken(operations),
    operations,
    putEvents: (entries) => putEvents(entries, "service", options),
    resume: deliverer.resume,
    idle: deliverer.idle,
    addedBy: connections.addedBy,
    deadLetters: (queueArn) => listDeadLetters(store, queueArn),
    close: async () => deliverer.close(),
  };
}
