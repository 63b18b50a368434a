import { join } from "node:path";
import type { Clock } from "../clock/clock.ts";
import { AwsError, awsJson, type Operations } from "../endpoint/aws-json.ts";
import type { EndpointService } from "../endpoint/service.ts";
import { openNewest } from "../journal/newest.ts";
import { createQueue, type Letter, type Queue } from "./queue.ts";

export interface SqsOptions {
  readonly clock: Clock;
  /** Where it is kept what was deleted; without it that is forgotten with the process. */
  readonly directory: string | undefined;
  /** What each queue holds, by its name: the last part of its URL. */
  readonly queues: Readonly<Record<string, () => Promise<readonly Letter[]>>>;
}

/** As much of SQS as it takes to look at dead letters and to delete them. Nothing can be sent. */
export interface Sqs extends EndpointService {
  close(): Promise<void>;
}

interface Input {
  readonly QueueUrl?: string;
  readonly MaxNumberOfMessages?: number;
  readonly VisibilityTimeout?: number;
  readonly ReceiptHandle?: string;
  readonly Entries?: readonly (Input & { readonly Id?: string })[];
}

const DEFAULT_HIDDEN_SECONDS = 30;
const MOST_MESSAGES = 10;
/** What was deleted is known for more messages than the queues can hold; of the rest nothing needs to be known. */
const MOST_DELETED = 10_000;

export async function createSqs({ clock, directory, queues }: SqsOptions): Promise<Sqs> {
  const deleted = await openNewest<string>(
    directory && join(directory, "deleted.jsonl"),
    MOST_DELETED,
    (key) => key,
  );
  const made = new Map(
    Object.entries(queues).map(([name, letters]): [string, Queue] => [
      name,
      createQueue({
        clock,
        letters,
        isDeleted: (id) => deleted.has(`${name}/${id}`),
        async markDeleted(id) {
          if (!deleted.has(`${name}/${id}`)) await deleted.add(`${name}/${id}`);
        },
      }),
    ]),
  );
  return {
    name: "SQS",
    target: "AmazonSQS",
    handle: awsJson(operationsOf((input) => queueOf(made, input))),
    close: () => deleted.close(),
  };
}

function operationsOf(find: (input: Input) => Queue): Operations {
  return {
    /** Short polls, whatever wait is asked for: what is there is known at once. */
    async ReceiveMessage(input: Input) {
      const most = input.MaxNumberOfMessages ?? 1;
      if (!Number.isInteger(most) || most < 1 || most > MOST_MESSAGES)
        throw invalid(`MaxNumberOfMessages must be from 1 to ${MOST_MESSAGES}`);
      const Messages = await find(input).receive(most, hiddenMs(input, DEFAULT_HIDDEN_SECONDS));
      return Messages.length > 0 ? { Messages } : {};
    },
    async DeleteMessage(input: Input) {
      await find(input).remove(handleOf(input));
      return {};
    },
    async ChangeMessageVisibility(input: Input) {
      find(input).hide(handleOf(input), hiddenMs(input));
      return {};
    },
    async ChangeMessageVisibilityBatch(input: Input) {
      const queue = find(input);
      const { Entries: entries = [] } = input;
      for (const entry of entries) queue.hide(handleOf(entry), hiddenMs(entry));
      return { Successful: entries.map(({ Id }) => ({ Id })), Failed: [] };
    },
    async GetQueueAttributes(input: Input) {
      const { visible, hidden } = await find(input).count();
      return {
        Attributes: {
          ApproximateNumberOfMessages: String(visible),
          ApproximateNumberOfMessagesNotVisible: String(hidden),
        },
      };
    },
  };
}

function queueOf(queues: ReadonlyMap<string, Queue>, { QueueUrl }: Input): Queue {
  const queue = queues.get(String(QueueUrl).split("/").at(-1)!);
  if (queue) return queue;
  throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
}

const handleOf = ({ ReceiptHandle }: Input): string => String(ReceiptHandle);

function hiddenMs({ VisibilityTimeout }: Input, otherwise = 0): number {
  const seconds = VisibilityTimeout ?? otherwise;
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > 43_200)
    throw invalid("VisibilityTimeout must be from 0 to 43200");
  return seconds * 1000;
}

const invalid = (message: string) => new AwsError("InvalidParameterValue", message);
