import { AwsError, type Operations } from "../endpoint/aws-json.ts";
import type { Queue } from "./queue.ts";
import type { Sending, StandardQueue } from "./standard-queue.ts";

interface Input {
  readonly QueueUrl?: string;
  readonly MaxNumberOfMessages?: number;
  readonly VisibilityTimeout?: number;
  readonly ReceiptHandle?: string;
  readonly MessageBody?: string;
  readonly DelaySeconds?: number;
  readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue?: string }>>;
  readonly Entries?: readonly (Input & { readonly Id?: string })[];
}

const DEFAULT_HIDDEN_SECONDS = 30;
const MOST_MESSAGES = 10;
const LONGEST_DELAY_SECONDS = 900;
/** Of one message, and of all messages of a batch. */
const LARGEST_BYTES = 1024 * 1024;

/** The operations of SQS over queues that are found by their URL. */
export function operationsOf(
  find: (url: string) => Queue | StandardQueue,
  arnOf: (url: string) => string,
): Operations {
  const at = ({ QueueUrl }: Input) => find(String(QueueUrl));
  const sendTo = (input: Input): StandardQueue => {
    const queue = at(input);
    if ("send" in queue) return queue;
    throw new AwsError(
      "UnsupportedOperation",
      "Nothing can be sent to this queue: it shows what others keep.",
    );
  };
  return {
    async SendMessage(input: Input) {
      const queue = sendTo(input);
      const [sent] = await queue.send([sendingOf(input)]);
      return { MessageId: sent!.id, MD5OfMessageBody: sent!.md5 };
    },
    /** Of a batch each message is taken or refused by itself. */
    async SendMessageBatch(input: Input) {
      const queue = sendTo(input);
      const entries = entriesOf(input);
      if (bytesOf(entries.map(({ MessageBody = "" }) => MessageBody)) > LARGEST_BYTES)
        throw new AwsError(
          "BatchRequestTooLong",
          `Batch requests cannot be longer than ${LARGEST_BYTES} bytes.`,
        );
      const read = entries.map((entry) => ({ Id: entry.Id!, sending: attempt(() => sendingOf(entry)) }));
      const good = read.flatMap(({ Id, sending }) =>
        "value" in sending ? [{ Id, sending: sending.value }] : [],
      );
      const sent = await queue.send(good.map(({ sending }) => sending));
      return {
        Successful: good.map(({ Id }, n) => ({ Id, MessageId: sent[n]!.id, MD5OfMessageBody: sent[n]!.md5 })),
        Failed: read.flatMap(({ Id, sending }) =>
          "error" in sending
            ? [{ Id, SenderFault: true, Code: sending.error.code, Message: sending.error.message }]
            : [],
        ),
      };
    },
    /** Short polls, whatever wait is asked for: what is there is known at once. */
    async ReceiveMessage(input: Input) {
      const most = input.MaxNumberOfMessages ?? 1;
      if (!Number.isInteger(most) || most < 1 || most > MOST_MESSAGES)
        throw invalid(`MaxNumberOfMessages must be from 1 to ${MOST_MESSAGES}`);
      const queue = at(input);
      const usual = "send" in queue ? queue.visibilityTimeoutMs / 1000 : DEFAULT_HIDDEN_SECONDS;
      const Messages = await queue.receive(most, hiddenMs(input, usual));
      return Messages.length > 0 ? { Messages } : {};
    },
    async DeleteMessage(input: Input) {
      await at(input).remove(handleOf(input));
      return {};
    },
    async DeleteMessageBatch(input: Input) {
      const queue = at(input);
      const entries = entriesOf(input);
      await Promise.all(entries.map((entry) => queue.remove(handleOf(entry))));
      return { Successful: entries.map(({ Id }) => ({ Id })), Failed: [] };
    },
    async ChangeMessageVisibility(input: Input) {
      at(input).hide(handleOf(input), hiddenMs(input));
      return {};
    },
    async ChangeMessageVisibilityBatch(input: Input) {
      const queue = at(input);
      const entries = entriesOf(input);
      for (const entry of entries) queue.hide(handleOf(entry), hiddenMs(entry));
      return { Successful: entries.map(({ Id }) => ({ Id })), Failed: [] };
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
  if (entries.length > MOST_MESSAGES)
    throw new AwsError(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are ${MOST_MESSAGES}.`,
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

function sendingOf({
  MessageBody: body,
  DelaySeconds: delaySeconds,
  MessageAttributes: given = {},
}: Input): Sending {
  if (typeof body !== "string" || body === "")
    throw new AwsError("MissingParameter", "MessageBody is required");
  if (bytesOf([body]) > LARGEST_BYTES)
    throw invalid(`One or more parameters are invalid. Reason: over ${LARGEST_BYTES} bytes`);
  if (
    delaySeconds !== undefined &&
    !(Number.isInteger(delaySeconds) && delaySeconds >= 0 && delaySeconds <= LONGEST_DELAY_SECONDS)
  )
    throw invalid(`DelaySeconds must be from 0 to ${LONGEST_DELAY_SECONDS}`);
  const attributes = Object.entries(given).map(([name, { StringValue = "" }]) => [name, StringValue]);
  return {
    body,
    attributes: Object.fromEntries(attributes),
    ...(delaySeconds === undefined ? {} : { delaySeconds }),
  };
}

const bytesOf = (texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);

function attempt<T>(make: () => T): { value: T } | { error: AwsError } {
  try {
    return { value: make() };
  } catch (cause) {
    if (cause instanceof AwsError) return { error: cause };
    throw cause;
  }
}

const handleOf = ({ ReceiptHandle }: Input): string => String(ReceiptHandle);

function hiddenMs({ VisibilityTimeout }: Input, otherwise = 0): number {
  const seconds = VisibilityTimeout ?? otherwise;
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > 43_200)
    throw invalid("VisibilityTimeout must be from 0 to 43200");
  return seconds * 1000;
}

const invalid = (message: string) => new AwsError("InvalidParameterValue", message);
