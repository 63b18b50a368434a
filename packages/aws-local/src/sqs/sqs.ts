import { randomUUID } from "node:crypto";
import { arnOf, defaultPlace, type Place } from "../arn.ts";
import type { Clock } from "../clock/clock.ts";
import { AwsError, type JsonCall, type Operations, overJson } from "../endpoint/aws-json.ts";
import type { EndpointService } from "../endpoint/service.ts";
import type { EventReceiver } from "../lambda/lambda.ts";
import type { Store } from "../store/store.ts";
import { type EventSourceOptions, mapToFunction } from "./event-source.ts";
import { operationsOf } from "./operations.ts";
import { ownQueues } from "./own-queues.ts";
import { createQueue, type Queue, type QueueMessage } from "./queue.ts";
import {
  openStandardQueue,
  type Sending,
  type StandardQueue,
  type StandardQueueSettings,
} from "./standard-queue.ts";

export interface SqsOptions {
  readonly clock: Clock;
  /** Where messages are stored, and marks of deleted ones. */
  readonly store: Store;
  /** Queues that show another service's messages, by name, which is the last part of the URL. */
  readonly queues?: Readonly<Record<string, () => Promise<readonly QueueMessage[]>>>;
  /** Queues that accept messages, by name. */
  readonly standard?: Readonly<Record<string, StandardQueueSettings>>;
  readonly place?: Place;
  /** The address of queues, without a slash at the end: that of the endpoint. Default: SQS's own. */
  readonly url?: () => string;
  /** Called with one line for failures of a mapping or a queue. */
  readonly log?: (line: string) => void;
}

/** What a mapping needs besides its queue. */
export type Mapping = Pick<EventSourceOptions, "invoke" | "batchSize" | "concurrency" | "reportsFailures">;

/**
 * Standard queues, also those that users create by CreateQueue, and queues that only show another service's messages:
 * dead letters, to read and delete.
 */
export interface Sqs extends EndpointService {
  /** The same operations, without HTTP. */
  readonly operations: Operations;
  readonly call: JsonCall;
  /** Puts another service's events into a standard queue, by its ARN; undefined if it does not exist. */
  targetOf(arn: string): EventReceiver | undefined;
  /** All messages of a standard queue, hidden or not. */
  letters(name: string): readonly QueueMessage[];
  /**
   * Gives a standard queue's messages to a function from now on, or as soon as the queue exists, until it or the service
   * is closed.
   */
  map(name: string, mapping: Mapping): { close(): Promise<void> };
  close(): Promise<void>;
}

export function createSqs(options: SqsOptions): Sqs {
  const { clock, store, queues = {}, standard = {}, place = defaultPlace, log = console.error } = options;
  const { url = () => `https://sqs.${place.region}.amazonaws.com` } = options;
  const shown = Object.entries(queues).map(([name, letters]): [string, Queue] => [
    name,
    createQueue({ name, clock, store, letters }),
  ]);
  const made = new Map<string, Queue | StandardQueue>(shown);
  const standardNamed = (name: string): StandardQueue | undefined => {
    const queue = made.get(name);
    return queue && "send" in queue ? queue : undefined;
  };
  const queueNamed = (name: string): StandardQueue => {
    const queue = standardNamed(name);
    if (!queue) throw new Error(`there is no standard queue ${name}`);
    return queue;
  };
  const mappings = new Set<{
    readonly name: string;
    begin(queue: StandardQueue): void;
    close(): Promise<void>;
  }>();
  const openQueue = (name: string, settings: StandardQueueSettings) => {
    const queue = openStandardQueue({ ...settings, name, clock, store, newId: randomUUID, queueNamed, log });
    for (const mapping of mappings) if (mapping.name === name) mapping.begin(queue);
    return queue;
  };
  for (const [name, settings] of Object.entries(standard)) made.set(name, openQueue(name, settings));
  const operations: Operations = {
    ...ownQueues({ store, place, url, queues: made, open: openQueue }),
    ...operationsOf(
      (queueUrl) => queueAt(made, queueUrl),
      (queueUrl) => arnOf(place, "sqs", nameIn(queueUrl)),
      clock,
    ),
  };
  let isClosed = false;
  return {
    name: "SQS",
    target: "AmazonSQS",
    ...overJson(operations),
    operations,
    targetOf(arn) {
      const queue = /^arn:aws[^:]*:sqs:/.test(arn) ? standardNamed(arn.split(":").at(-1)!) : undefined;
      return queue && { accept: (body, attributes = {}) => accept(queue, { body, attributes }) };
    },
    letters: (name) => queueNamed(name).letters(),
    map(name, mapping) {
      const { region } = place;
      const queueArn = arnOf(place, "sqs", name);
      let running: { close(): Promise<void> } | undefined;
      let isOver = isClosed;
      const mapped = {
        name,
        begin(queue: StandardQueue) {
          if (isOver) return;
          void running?.close();
          running = mapToFunction({ ...mapping, queue, queueArn, region, clock, log });
        },
        async close() {
          isOver = true;
          await running?.close();
          mappings.delete(mapped);
        },
      };
      mappings.add(mapped);
      const queue = standardNamed(name);
      if (queue) mapped.begin(queue);
      return mapped;
    },
    async close() {
      isClosed = true;
      await Promise.all([...mappings].map((mapping) => mapping.close()));
    },
  };
}

function accept(queue: StandardQueue, sending: Sending): ReturnType<EventReceiver["accept"]> {
  const { writes, arrived } = queue.enter([sending]);
  return { kind: "accepted", writes, begin: arrived, cancel: () => {} };
}

const nameIn = (url: string): string => url.split("/").at(-1)!;

function queueAt<Q>(queues: ReadonlyMap<string, Q>, url: string): Q {
  const queue = queues.get(nameIn(url));
  if (queue) return queue;
  throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
}
