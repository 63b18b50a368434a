import type { Place } from "../arn.ts";
import { AwsError, type Operations } from "../endpoint/aws-json.ts";
import { isObject } from "../json.ts";
import type { Key, Store } from "../store/store.ts";
import { type StandardQueue, type StandardQueueSettings, USUAL_SETTINGS } from "./standard-queue.ts";

interface Input {
  readonly QueueName?: unknown;
  readonly QueueUrl?: unknown;
  readonly QueueNamePrefix?: unknown;
  readonly Attributes?: unknown;
}

export interface OwnQueuesOptions {
  readonly store: Store;
  readonly place: Place;
  /** The address of queues, without a slash at the end; known once the endpoint listens. */
  readonly url: () => string;
  /** All queues by name, also those that no user created. */
  readonly queues: Map<string, unknown>;
  readonly open: (name: string, settings: StandardQueueSettings) => StandardQueue;
}

const QUEUES: Key = ["sqs", "queue"];
const MAX_QUEUES = 1_000;
/** Attributes without effect here: limits, rights and encryption. */
const WITHOUT_EFFECT = new Set([
  "KmsDataKeyReusePeriodSeconds",
  "KmsMasterKeyId",
  "MaximumMessageSize",
  "Policy",
  "SqsManagedSseEnabled",
]);

/** The operations on queues that users create; these queues exist again after a restart. */
export function ownQueues({ store, place, url, queues, open }: OwnQueuesOptions): Operations {
  const own = new Map<string, StandardQueue>();
  const load = (name: string, settings: StandardQueueSettings) => {
    const queue = open(name, settings);
    own.set(name, queue);
    queues.set(name, queue);
  };
  for (const [key, settings] of store.list<StandardQueueSettings>({ prefix: QUEUES }))
    load(String(key.at(-1)), settings);

  const urlOf = (name: string) => `${url()}/${place.accountId}/${name}`;
  const ownQueue = (input: Input): [name: string, queue: StandardQueue] => {
    const name = String(input.QueueUrl).split("/").at(-1)!;
    const queue = own.get(name);
    if (queue) return [name, queue];
    if (queues.has(name))
      throw new AwsError("AccessDenied", "This queue belongs to a service that runs here.", 403);
    throw missing();
  };

  return {
    async CreateQueue(input: Input) {
      const name = String(input.QueueName);
      if (name.endsWith(".fifo")) throw invalid("InvalidAttributeName", "FIFO queues are not here.");
      if (!/^[\w-]{1,80}$/.test(name))
        throw invalid(
          "InvalidParameterValue",
          "A queue's name is 1 to 80 letters, digits, hyphens and underscores.",
        );
      const settings = readSettings(input.Attributes ?? {}, (arn) => {
        const [other] = arn.split(":").slice(-1);
        if (own.has(other!)) return other!;
        throw invalid("InvalidParameterValue", `RedrivePolicy: there is no queue ${arn}`);
      });
      await store.commit((view) => {
        const made = view.get<StandardQueueSettings>([...QUEUES, name]);
        if (made ? !hasAll(made, settings) : queues.has(name))
          throw invalid(
            "QueueNameExists",
            "A queue already exists with the same name and another value of an attribute.",
          );
        if (made) return { writes: [], value: undefined };
        if (own.size >= MAX_QUEUES) throw invalid("OverLimit", `There are ${MAX_QUEUES} queues already.`);
        return { writes: [[[...QUEUES, name], settings]], value: undefined };
      });
      // Another caller may have created it at the same time, and sent to it since.
      if (!own.has(name)) load(name, settings);
      return { QueueUrl: urlOf(name) };
    },

    async DeleteQueue(input: Input) {
      const [name, queue] = ownQueue(input);
      own.delete(name);
      queues.delete(name);
      await store.write([...queue.clear(), [[...QUEUES, name], undefined]]);
      return {};
    },

    async PurgeQueue(input: Input) {
      const [, queue] = ownQueue(input);
      await store.write(queue.clear());
      return {};
    },

    async GetQueueUrl(input: Input) {
      const name = String(input.QueueName);
      if (queues.has(name)) return { QueueUrl: urlOf(name) };
      throw missing();
    },

    async ListQueues(input: Input) {
      const prefix = String(input.QueueNamePrefix ?? "");
      const names = [...queues.keys()].filter((name) => name.startsWith(prefix)).sort();
      return names.length === 0 ? {} : { QueueUrls: names.slice(0, MAX_QUEUES).map(urlOf) };
    },
  };
}

/** Whether a queue has the requested settings; others do not count. */
function hasAll(made: StandardQueueSettings, asked: StandardQueueSettings): boolean {
  const all: Readonly<Record<string, unknown>> = { ...USUAL_SETTINGS, ...made };
  return Object.entries(asked).every(([name, value]) => JSON.stringify(all[name]) === JSON.stringify(value));
}

function readSettings(given: unknown, queueAt: (arn: string) => string): StandardQueueSettings {
  if (!isObject(given)) throw invalid("InvalidParameterValue", "Attributes must be an object.");
  const other = Object.keys(given).find(
    (name) => !WITHOUT_EFFECT.has(name) && !(name in SETTINGS) && name !== "RedrivePolicy",
  );
  if (other !== undefined) throw invalid("InvalidAttributeName", `Unknown Attribute ${other}.`);
  const numbers = Object.entries(SETTINGS).flatMap(([name, [setting, least, most]]) => {
    if (given[name] === undefined) return [];
    const value = Number(given[name]);
    if (Number.isInteger(value) && value >= least && value <= most) return [[setting, value]];
    throw invalid("InvalidAttributeValue", `${name} must be from ${least} to ${most}.`);
  });
  return { ...Object.fromEntries(numbers), ...readRedrive(given.RedrivePolicy, queueAt) };
}

const SETTINGS: Readonly<Record<string, readonly [setting: string, least: number, most: number]>> = {
  DelaySeconds: ["delaySeconds", 0, 900],
  MessageRetentionPeriod: ["messageRetentionSeconds", 60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: ["waitSeconds", 0, 20],
  VisibilityTimeout: ["visibilityTimeoutSeconds", 0, 43_200],
};

function readRedrive(
  policy: unknown,
  queueAt: (arn: string) => string,
): Pick<StandardQueueSettings, "redrive"> {
  if (policy === undefined) return {};
  try {
    const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(String(policy));
    const most = Number(maxReceiveCount);
    if (Number.isInteger(most) && most >= 1 && most <= 1_000)
      return { redrive: { queue: queueAt(String(deadLetterTargetArn)), maxReceiveCount: most } };
  } catch (cause) {
    if (cause instanceof AwsError) throw cause;
  }
  throw invalid(
    "InvalidParameterValue",
    "RedrivePolicy must be JSON with deadLetterTargetArn and maxReceiveCount.",
  );
}

const invalid = (code: string, message: string) => new AwsError(code, message);
const missing = () => new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
