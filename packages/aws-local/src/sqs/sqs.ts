import { randomUUID } from "node:crypto";
import { arnOf, defaultPlace, type Place } from "../arn.ts";
import type { Clock } from "../clock/clock.ts";
import { AwsError, type JsonCall, type Operations, spoken } from "../endpoint/aws-json.ts";
import type { EndpointService } from "../endpoint/service.ts";
import type { EventTaker } from "../lambda/lambda.ts";
import type { Store } from "../store/store.ts";
import { type EventSourceOptions, mapToFunction } from "./event-source.ts";
import { operationsOf } from "./operations.ts";
import { ownQueues } from "./own-queues.ts";
import { createQueue, type Letter, type Queue } from "./queue.ts";
import {
  openStandardQueue,
  type Sending,
  type StandardQueue,
  type StandardQueueSettings,
} from "./standard-queue.ts";

export interface SqsOptions {
  readonly clock: Clock;
  /** Where messages are kept, and what was deleted. */
  readonly store: Store;
  /** What each queue holds whose letters are kept elsewhere, by its name: the last part of its URL. */
  readonly queues?: Readonly<Record<string, () => Promise<readonly Letter[]>>>;
  /** Queues that can be sent to, by their names. */
  readonly standard?: Readonly<Record<string, StandardQueueSettings>>;
  readonly place?: Place;
  /** Where queues are, without a slash at its end: the address of the endpoint. By default that of SQS itself. */
  readonly url?: () => string;
  /** Takes one line for what a mapping or a queue could not do. */
  readonly log?: (line: string) => void;
}

/** What a mapping needs to be told beside its queue. */
export type Mapping = Pick<EventSourceOptions, "invoke" | "batchSize" | "concurrency" | "reportsFailures">;

/**
 * Standard queues, those that people make by CreateQueue among them, and queues that only show what others keep: dead
 * letters, to be looked at and deleted.
 */
export interface Sqs extends EndpointService {
  /** The same operations, without HTTP. */
  readonly operations: Operations;
  readonly call: JsonCall;
  /** What puts another service's events into a standard queue, by its ARN; undefined where there is none. */
  targetOf(arn: string): EventTaker | undefined;
  /** All that a standard queue holds, hidden or not. */
  letters(name: string): readonly Letter[];
  /**
   * Gives a standard queue's messages to a function from now on, or from when there is such a queue, until that or
   * everything is closed.
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
    ...spoken(operations),
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

function accept(queue: StandardQueue, sending: Sending): ReturnType<EventTaker["accept"]> {
  const { writes, arrived } = queue.enter([sending]);
  return { kind: "accepted", writes, begin: arrived, cancel: () => {} };
}

const nameIn = (url: string): string => url.split("/").at(-1)!;

function queueAt<Q>(queues: ReadonlyMap<string, Q>, url: string): Q {
  const queue = queues.get(nameIn(url));
  if (queue) return queue;
  throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
}
