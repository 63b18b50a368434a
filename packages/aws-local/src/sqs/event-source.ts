import type { Clock } from "../clock/clock.ts";
import type { Invocation } from "../lambda/lambda-function.ts";
import type { Received } from "./queue.ts";
import type { StandardQueue } from "./standard-queue.ts";

/** The settings of a mapping from a queue to a function, as in `CreateEventSourceMapping`. */
export interface EventSourceOptions {
  readonly queue: StandardQueue;
  readonly queueArn: string;
  readonly region: string;
  readonly clock: Clock;
  /** Runs the function and waits. */
  readonly invoke: (event: object) => Promise<Invocation>;
  /** Messages for one invocation. Default: 10. */
  readonly batchSize?: number;
  /** Invocations at the same time. Default: 5, as many as Lambda starts with. */
  readonly concurrency?: number;
  /** Whether `batchItemFailures` counts; otherwise a batch succeeds or fails as a whole. Default: true. */
  readonly reportsFailures?: boolean;
  /** Called with one line for failures of the mapping itself. */
  readonly log: (line: string) => void;
}

const READ_AGAIN_MS = 1000;

/**
 * Gives a queue's messages to a function, in batches, and deletes those that succeed. A failed batch, or its messages
 * that the function names in `batchItemFailures`, can be received again after their visibility timeout
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html). `close` waits for running invocations.
 */
export function mapToFunction(options: EventSourceOptions): { close(): Promise<void> } {
  const { queue, clock, batchSize = 10, concurrency = 5, reportsFailures = true, log } = options;
  const running = new Set<Promise<void>>();
  let cancel = () => {};
  let closed = false;
  let pulling: Promise<void> | undefined;
  let again = false;

  /** One at a time, so that two loops do not compete for the same messages. */
  function pull(): void {
    again = true;
    pulling ??= pullAll()
      .catch((cause: unknown) => {
        log(`a queue could not be read: ${cause}`);
        if (!closed) cancel = clock.after(READ_AGAIN_MS, pull);
      })
      .finally(() => {
        pulling = undefined;
        if (again) pull();
      });
  }

  async function pullAll(): Promise<void> {
    while (again && !closed) {
      again = false;
      while (running.size < concurrency) {
        const batch = await queue.receive(batchSize, queue.visibilityTimeoutMs);
        if (batch.length === 0) break;
        const run = deliver(batch)
          .catch((cause: unknown) => log(`a batch could not be processed: ${cause}`))
          .finally(() => {
            running.delete(run);
            pull();
          });
        running.add(run);
      }
    }
    again = false;
    cancel();
    const next = queue.nextAt();
    if (closed || next === undefined || running.size >= concurrency) return;
    cancel = clock.after(Math.max(1, next - clock.now()), pull);
  }

  async function deliver(batch: readonly Received[]): Promise<void> {
    const outcome = await options.invoke({ Records: batch.map((message) => recordOf(message, options)) });
    const failed = failedOf(outcome, batch, reportsFailures);
    for (const { MessageId, ReceiptHandle } of batch)
      if (!failed.has(MessageId)) await queue.remove(ReceiptHandle);
  }

  const forget = queue.onSent(pull);
  pull();
  return {
    async close() {
      closed = true;
      forget();
      cancel();
      await pulling;
      await Promise.all(running);
    },
  };
}

/**
 * If a result names a message that was not in the batch, or has a form that AWS does not accept, the whole batch has
 * failed.
 */
function failedOf(
  outcome: Invocation,
  batch: readonly Received[],
  reportsFailures: boolean,
): ReadonlySet<string> {
  const all = new Set(batch.map(({ MessageId }) => MessageId));
  if ("functionError" in outcome) return all;
  if (!reportsFailures) return new Set();
  const { batchItemFailures: failures = [] } = (outcome.payload ?? {}) as {
    batchItemFailures?: readonly { readonly itemIdentifier?: string }[] | null;
  };
  const named = (failures ?? []).map(({ itemIdentifier = "" }) => itemIdentifier);
  return named.every((id) => all.has(id)) ? new Set(named) : all;
}

const recordOf = (message: Received, { queueArn, region }: EventSourceOptions) => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes,
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        ...(StringValue === undefined ? { binaryValue: BinaryValue } : { stringValue: StringValue }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ]),
  ),
  md5OfBody: message.MD5OfBody,
  eventSource: "aws:sqs",
  eventSourceARN: queueArn,
  awsRegion: region,
});
