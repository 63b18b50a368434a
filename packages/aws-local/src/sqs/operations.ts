import type { Clock } from "../clock/clock.ts";
import { AwsError, type CallContext, type Operations } from "../endpoint/aws-json.ts";
import { readMessageAttributes } from "./message-attributes.ts";
import { idOf, type Queue, type Received } from "./queue.ts";
import type { Sending, StandardQueue } from "./standard-queue.ts";

interface Input {
  readonly QueueUrl?: string;
  readonly MaxNumberOfMessages?: number;
  readonly VisibilityTimeout?: number;
  readonly ReceiptHandle?: string;
  readonly MessageBody?: string;
  readonly DelaySeconds?: number;
  readonly MessageAttributes?: unknown;
  readonly WaitTimeSeconds?: number;
  readonly MessageAttributeNames?: readonly string[];
  readonly MessageSystemAttributeNames?: readonly string[];
  /** An older name of the former. */
  readonly AttributeNames?: readonly string[];
  readonly Entries?: readonly (Input & { readonly Id?: string })[];
}

const DEFAULT_HIDDEN_SECONDS = 30;
const MAX_MESSAGES = 10;
const MAX_DELAY_SECONDS = 900;
const MAX_WAIT_SECONDS = 20;
/** Limit of one message, and of all messages of a batch. */
const MAX_BYTES = 1024 * 1024;

/** The operations of SQS on queues, which are found by their URL. */
export function operationsOf(
  find: (url: string) => Queue | StandardQueue,
  arnOf: (url: string) => string,
  clock: Clock,
): Operations {
  const at = ({ QueueUrl }: Input) => find(String(QueueUrl));
  const sendTo = (input: Input): StandardQueue => {
    const queue = at(input);
    if ("send" in queue) return queue;
    throw new AwsError(
      "UnsupportedOperation",
      "Nothing can be sent to this queue: it shows messages of another service.",
    );
  };
  return {
    async SendMessage(input: Input) {
      const queue = sendTo(input);
      const [sent] = await queue.send([sendingOf(input)]);
      return { MessageId: sent!.id, MD5OfMessageBody: sent!.md5 };
    },
    /** In a batch, each message is accepted or refused by itself. */
    async SendMessageBatch(input: Input) {
      const queue = sendTo(input);
      const entries = entriesOf(input);
      if (bytesOf(entries.map(({ MessageBody = "" }) => MessageBody)) > MAX_BYTES)
        throw new AwsError("BatchRequestTooLong", `Batch requests cannot be longer than ${MAX_BYTES} bytes.`);
      const { done, Failed } = each(entries, sendingOf);
      const sent = await queue.send(done.map(({ value }) => value));
      return {
        Successful: done.map(({ Id }, n) => ({ Id, MessageId: sent[n]!.id, MD5OfMessageBody: sent[n]!.md5 })),
        Failed,
      };
    },
    /** A queue of another service's messages is answered at once, without waiting. */
    async ReceiveMessage(input: Input, context?: CallContext) {
      const most = input.MaxNumberOfMessages ?? 1;
      if (!Number.isInteger(most) || most < 1 || most > MAX_MESSAGES)
        throw invalid(`MaxNumberOfMessages must be from 1 to ${MAX_MESSAGES}`);
      const queue = at(input);
      const standard = "send" in queue ? queue : undefined;
      const hidden = hiddenMs(input, standard ? standard.visibilityTimeoutMs / 1000 : DEFAULT_HIDDEN_SECONDS);
      const wait = waitMs(input) ?? standard?.waitMs ?? 0;
      const found = standard
        ? await arrivals(standard, () => standard.receive(most, hidden), wait, clock, context?.signal)
        : await queue.receive(most, hidden);
      return found.length > 0 ? { Messages: found.map((message) => asAsked(message, input)) } : {};
    },
    async DeleteMessage(input: Input) {
      await at(input).remove(handleOf(input));
      return {};
    },
    async DeleteMessageBatch(input: Input) {
      const queue = at(input);
      const { done, Failed } = each(entriesOf(input), handleOf);
      await Promise.all(done.map(({ value }) => queue.remove(value)));
      return { Successful: done.map(({ Id }) => ({ Id })), Failed };
    },
    async ChangeMessageVisibility(input: Input) {
      at(input).hide(handleOf(input), hiddenMs(input));
      return {};
    },
    async ChangeMessageVisibilityBatch(input: Input) {
      const queue = at(input);
      const { done, Failed } = each(entriesOf(input), (entry) =>
        queue.hide(handleOf(entry), hiddenMs(entry)),
      );
      return { Successful: done.map(({ Id }) => ({ Id })), Failed };
    },
    async GetQueueAttributes(input: Input) {
      const { visible, hidden } = await at(input).count();
      return {
        Attributes: {
          QueueArn: arnOf(String(input.QueueUrl)),
          ApproximateNumberOfMessages: String(visible),
          ApproximateNumberOfMessagesNotVisible: String(hidden),
        },
      };
    },
  };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html#API_SendMessageBatch_Errors */
function entriesOf({ Entries: entries = [] }: Input): NonNullable<Input["Entries"]> {
  if (entries.length === 0)
    throw new AwsError("EmptyBatchRequest", "The batch request doesn't contain any entries.");
  if (entries.length > MAX_MESSAGES)
    throw new AwsError(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are ${MAX_MESSAGES}.`,
    );
  const ids = entries.map(({ Id = "" }) => Id);
  if (ids.some((id) => !/^[\w-]{1,80}$/.test(id)))
    throw new AwsError(
      "InvalidBatchEntryId",
      "A batch entry id is 1 to 80 letters, digits, hyphens and underscores.",
    );
  if (new Set(ids).size < ids.length)
    throw new AwsError("BatchEntryIdsNotDistinct", "Two or more batch entries have the same Id.");
  return entries;
}

function sendingOf({ MessageBody: body, DelaySeconds: delaySeconds, MessageAttributes }: Input): Sending {
  if (typeof body !== "string" || body === "")
    throw new AwsError("MissingParameter", "MessageBody is required");
  if (bytesOf([body]) > MAX_BYTES)
    throw invalid(`One or more parameters are invalid. Reason: over ${MAX_BYTES} bytes`);
  if (
    delaySeconds !== undefined &&
    !(Number.isInteger(delaySeconds) && delaySeconds >= 0 && delaySeconds <= MAX_DELAY_SECONDS)
  )
    throw invalid(`DelaySeconds must be from 0 to ${MAX_DELAY_SECONDS}`);
  return {
    body,
    attributes: readMessageAttributes(MessageAttributes),
    ...(delaySeconds === undefined ? {} : { delaySeconds }),
  };
}

const bytesOf = (texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);

/** In a batch, each entry is read or refused by itself; all at once, before anything else happens to the queue. */
function each<T>(
  entries: NonNullable<Input["Entries"]>,
  read: (entry: Input) => T,
): { readonly done: readonly { Id: string; value: T }[]; readonly Failed: readonly object[] } {
  const done: { Id: string; value: T }[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    const Id = entry.Id!;
    try {
      done.push({ Id, value: read(entry) });
    } catch (cause) {
      if (!(cause instanceof AwsError)) throw cause;
      Failed.push({ Id, SenderFault: true, Code: cause.code, Message: cause.message });
    }
  }
  return { done, Failed };
}

/** The result of `receive` when it has messages; after this time, or when `signal` is aborted, the current result. */
async function arrivals(
  queue: StandardQueue,
  receive: () => Promise<Received[]>,
  waitMs: number,
  clock: Clock,
  signal?: AbortSignal,
): Promise<Received[]> {
  const end = clock.now() + waitMs;
  while (!signal?.aborted) {
    const found = await receive();
    const now = clock.now();
    if (found.length > 0 || now >= end || signal?.aborted) return found;
    await new Promise<void>((wake) => {
      const forget = queue.onSent(() => finish());
      const cancel = clock.after(Math.max(1, Math.min(end, queue.nextAt() ?? end) - now), () => finish());
      const finish = () => {
        forget();
        cancel();
        signal?.removeEventListener("abort", finish);
        wake();
      };
      signal?.addEventListener("abort", finish);
    });
  }
  return [];
}

/** The attributes that the caller names: `All`, or `order.*` for a prefix. */
function asAsked(message: Received, input: Input): object {
  const { Attributes, MessageAttributes, ...rest } = message;
  const { MessageAttributeNames, MessageSystemAttributeNames = input.AttributeNames } = input;
  const system = named(Attributes, MessageSystemAttributeNames);
  const own = named(MessageAttributes, MessageAttributeNames);
  return { ...rest, ...(system && { Attributes: system }), ...(own && { MessageAttributes: own }) };
}

function named<T>(all: Readonly<Record<string, T>>, names: readonly string[] = []): object | undefined {
  const isNamed = (name: string) =>
    names.some(
      (one) => one === "All" || one === name || (one.endsWith("*") && name.startsWith(one.slice(0, -1))),
    );
  const found = Object.entries(all).filter(([name]) => names.includes(".*") || isNamed(name));
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

function handleOf({ ReceiptHandle }: Input): string {
  const handle = String(ReceiptHandle);
  idOf(handle);
  return handle;
}

function waitMs({ WaitTimeSeconds: seconds }: Input): number | undefined {
  if (seconds === undefined) return undefined;
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_WAIT_SECONDS) return seconds * 1000;
  throw invalid(`WaitTimeSeconds must be from 0 to ${MAX_WAIT_SECONDS}`);
}

function hiddenMs({ VisibilityTimeout }: Input, otherwise?: number): number {
  const seconds = VisibilityTimeout ?? otherwise;
  if (seconds === undefined) throw new AwsError("MissingParameter", "VisibilityTimeout is required");
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > 43_200)
    throw invalid("VisibilityTimeout must be from 0 to 43200");
  return seconds * 1000;
}

const invalid = (message: string) => new AwsError("InvalidParameterValue", message);
