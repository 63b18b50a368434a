import { randomUUID } from "node:crypto";
import { arnOf, defaultPlace, type Place } from "../arn.ts";
import type { Clock } from "../clock/clock.ts";
import { AwsError, type JsonCall, spoken } from "../endpoint/aws-json.ts";
import type { EndpointService } from "../endpoint/service.ts";
import type { Store } from "../store/store.ts";
import { type EventSourceOptions, mapToFunction } from "./event-source.ts";
import { operationsOf } from "./operations.ts";
import { createQueue, type Letter, type Queue } from "./queue.ts";
import { openStandardQueue, type StandardQueue, type StandardQueueSettings } from "./standard-queue.ts";

export interface SqsOptions {
  readonly clock: Clock;
  /** Where messages are kept, and what was deleted. */
  readonly store: Store;
  /** What each queue holds whose letters are kept elsewhere, by its name: the last part of its URL. */
  readonly queues?: Readonly<Record<string, () => Promise<readonly Letter[]>>>;
  /** Queues that can be sent to, by their names. */
  readonly standard?: Readonly<Record<string, StandardQueueSettings>>;
  readonly place?: Place;
  /** Takes one line for what a mapping or a queue could not do. */
  readonly log?: (line: string) => void;
}

/** What a mapping needs to be told beside its queue. */
export type Mapping = Pick<EventSourceOptions, "invoke" | "batchSize" | "concurrency">;

/** Standard queues, and queues that only show what others keep: dead letters, to be looked at and deleted. */
export interface Sqs extends EndpointService {
  readonly call: JsonCall;
  /** All that a standard queue holds, hidden or not. */
  letters(name: string): readonly Letter[];
  /** Gives a standard queue's messages to a function from now on, until everything is closed. */
  map(name: string, mapping: Mapping): void;
  close(): Promise<void>;
}

export function createSqs(options: SqsOptions): Sqs {
  const { clock, store, queues = {}, standard = {}, place = defaultPlace, log = console.error } = options;
  const shown = Object.entries(queues).map(([name, letters]): [string, Queue] => [
    name,
    createQueue({ name, clock, store, letters }),
  ]);
  const standards = new Map<string, StandardQueue>();
  const queueNamed = (name: string): StandardQueue => {
    const queue = standards.get(name);
    if (!queue) throw new Error(`there is no standard queue ${name}`);
    return queue;
  };
  for (const [name, settings] of Object.entries(standard))
    standards.set(
      name,
      openStandardQueue({ ...settings, name, clock, store, newId: randomUUID, queueNamed, log }),
    );
  const made = new Map<string, Queue | StandardQueue>([...shown, ...standards]);
  const mappings: { close(): Promise<void> }[] = [];
  let isClosed = false;
  return {
    name: "SQS",
    target: "AmazonSQS",
    ...spoken(operationsOf((url) => queueAt(made, url))),
    letters: (name) => queueNamed(name).letters(),
    map(name, mapping) {
      if (isClosed) return;
      const { region } = place;
      const queueArn = arnOf(place, "sqs", name);
      mappings.push(mapToFunction({ ...mapping, queue: queueNamed(name), queueArn, region, clock, log }));
    },
    async close() {
      isClosed = true;
      await Promise.all(mappings.map((mapping) => mapping.close()));
    },
  };
}

function queueAt<Q>(queues: ReadonlyMap<string, Q>, url: string): Q {
  const queue = queues.get(url.split("/").at(-1)!);
  if (queue) return queue;
  throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
}
