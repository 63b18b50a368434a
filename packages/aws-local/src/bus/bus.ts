import { defaultPlace } from "../arn.ts";
import type { Clock } from "../clock/clock.ts";
import { type JsonCall, overJson } from "../endpoint/aws-json.ts";
import type { EndpointService } from "../endpoint/service.ts";
import type { EventReceiver } from "../lambda/lambda.ts";
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
  /** Where events, rules and dead letters are stored. */
  readonly store: Store;
  /**
   * Finds the receiver of a target's events, by its ARN: a function of this process, or one that accepts events within
   * the bus's own commit, such as Lambda's. Called again for each event.
   */
  readonly targetOf: (arn: string) => TargetFunction | EventReceiver | undefined;
  readonly region?: string;
  readonly accountId?: string;
  readonly chaos?: Chaos | undefined;
  /** Told the name of a bus that does not exist, whenever an event is put there: as on AWS, its producer is not. */
  readonly onMissingBus?: (name: string) => void;
}

/** EventBridge on one machine: at-least-once delivery, in no promised order, with retries and dead letters. */
export interface Bus extends EndpointService {
  /** The same operations, without HTTP. */
  readonly operations: BusOperations & Connections["operations"];
  readonly call: JsonCall;
  /**
   * Puts events as an AWS service does: their source may begin with `aws.`, which the operation `PutEvents` refuses.
   * Resolves when the events are on the disk and on their way.
   */
  putEvents(entries: readonly PutEventsEntry[]): Promise<PutEventsResult>;
  /** Delivers the events that an earlier process left undelivered. Call it once, when the targets are ready. */
  resume(): void;
  /**
   * Resolves when all accepted events are delivered (for Lambda: queued there) or dead-lettered; retries wait for the
   * clock.
   */
  idle(): Promise<void>;
  /** What a connection adds to requests, by its ARN; undefined if there is no such connection. */
  addedBy(connectionArn: string): Connection | undefined;
  /** The messages of the dead-letter queues, oldest first; of one queue if its ARN is given. */
  deadLetters(queueArn?: string): DeadLetter[];
  /** Stops delivering; undelivered events are delivered after the next start. */
  close(): Promise<void>;
}

/** Opens the bus `default` and all buses that were created before. */
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
    undelivered: deliverer.undelivered,
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
    ...overJson(operations),
    operations,
    putEvents: (entries) => putEvents(entries, "service", options),
    resume: deliverer.resume,
    idle: deliverer.idle,
    addedBy: connections.addedBy,
    deadLetters: (queueArn) => listDeadLetters(store, queueArn),
    close: async () => deliverer.close(),
  };
}
