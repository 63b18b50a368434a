import { join } from "node:path";
import { defaultPlace } from "../arn.ts";
import type { Clock } from "../clock/clock.ts";
import { awsJson } from "../endpoint/aws-json.ts";
import type { EndpointService } from "../endpoint/service.ts";
import { type DeadLetter, openDeadLetters } from "./dead-letters.ts";
import { type Chaos, createDeliverer, type TargetFunction } from "./delivery.ts";
import type { PutEventsEntry } from "./event.ts";
import { openEventLog } from "./event-log.ts";
import { type BusOperations, busOperations } from "./operations.ts";
import { type PutEventsResult, putEvents } from "./put-events.ts";
import { openRules } from "./rules.ts";

export interface BusOptions {
  readonly clock: Clock;
  /** Where events, rules and dead letters are kept; undefined forgets them with the process. */
  readonly directory: string | undefined;
  /** What takes events, by ARN. May be added to until `resume` is called. */
  readonly targets: Readonly<Record<string, TargetFunction>>;
  readonly region?: string;
  readonly accountId?: string;
  readonly chaos?: Chaos | undefined;
}

/** EventBridge on one machine: at least once, in no promised order, with retries and dead letters. */
export interface Bus extends EndpointService {
  /** The same operations, without HTTP. */
  readonly operations: BusOperations;
  /**
   * Puts events as an AWS service does: the source may begin with `aws.`, which the `PutEvents` operation refuses.
   * Resolves when the events are on the disk and on their way.
   */
  putEvents(entries: readonly PutEventsEntry[]): Promise<PutEventsResult>;
  /** Delivers again what an earlier process still owed. Called once, when the targets are ready. */
  resume(): void;
  /** Resolves when everything accepted was taken or dead-lettered; retries wait for the clock. */
  idle(): Promise<void>;
  /** What the dead-letter queues hold, oldest first; one queue's when its ARN is given. */
  deadLetters(queueArn?: string): DeadLetter[];
  /** Stops delivering and closes the files; what is owed is delivered after the next start. */
  close(): Promise<void>;
}

/** Opens the bus `default` and those that were created before. */
export async function createBus({
  clock,
  directory,
  targets,
  region = defaultPlace.region,
  accountId = defaultPlace.accountId,
  chaos,
}: BusOptions): Promise<Bus> {
  const file = (name: string) => (directory === undefined ? undefined : join(directory, name));
  const rules = await openRules(file("rules.jsonl"));
  const log = await openEventLog(file("events.jsonl"), clock);
  const deadLetters = await openDeadLetters(file("dead-letters.jsonl"));
  const deliverer = createDeliverer({ clock, targets, rules, log, deadLetters, chaos });
  const inherited = log.owed();

  const options = {
    rules,
    log,
    origin: () => ({ account: accountId, region, now: clock.now() }),
    deliver: deliverer.start,
  };
  const operations = busOperations({
    rules,
    region,
    accountId,
    putEvents: (entries) => putEvents(entries, "customer", options),
  });

  return {
    name: "EventBridge",
    target: "AWSEvents",
    handle: awsJson(operations),
    operations,
    putEvents: (entries) => putEvents(entries, "service", options),
    resume() {
      for (const delivery of inherited.splice(0)) deliverer.start(delivery);
    },
    idle: deliverer.idle,
    deadLetters: deadLetters.list,
    async close() {
      deliverer.close();
      await log.close();
      await deadLetters.close();
      await rules.close();
    },
  };
}
