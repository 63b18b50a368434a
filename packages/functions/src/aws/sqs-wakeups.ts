import { type Clock, eachLimited, type Wakeup, type Wakeups } from "@callboard/core";
import type { Sqs } from "./clients.ts";

export interface SqsWakeupsOptions {
  readonly sqs: Sqs;
  readonly queueUrl: string;
  readonly clock: Pick<Clock, "now">;
}

/** The messages of a call that the queue refused. */
interface Answer {
  readonly Failed?: readonly { readonly Code?: string }[];
}

const MESSAGES_A_CALL = 10;
const CALLS_AT_ONCE = 16;
/** SQS delays a message by at most 15 minutes; one that is due later would come too early. */
const MAX_DELAY_SECONDS = 900;

/**
 * Wake-ups as messages of an SQS standard queue. Each has its own delay in whole seconds; a call has up to ten, and can
 * fail in part (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html).
 */
export function sqsWakeups({ sqs, queueUrl, clock }: SqsWakeupsOptions): Wakeups {
  const delayOf = ({ at }: Wakeup): number => Math.max(0, Math.ceil((at - clock.now()) / 1000));

  async function sendBatch(batch: readonly Wakeup[]): Promise<void> {
    const Entries = batch.map((wakeup, n) => ({
      Id: String(n),
      MessageBody: JSON.stringify(wakeup),
      DelaySeconds: Math.min(MAX_DELAY_SECONDS, delayOf(wakeup)),
    }));
    const { Failed = [] } = (await sqs.call("AmazonSQS.SendMessageBatch", {
      QueueUrl: queueUrl,
      Entries,
    })) as Answer;
    if (Failed.length > 0)
      throw new Error(`the queue refused ${Failed.length} wake-ups: ${Failed.map(({ Code }) => Code)}`);
  }

  return {
    send: (wakeups) => eachLimited(batchesOf(wakeups), CALLS_AT_ONCE, sendBatch),
  };
}

function* batchesOf(wakeups: readonly Wakeup[]): Generator<readonly Wakeup[]> {
  for (let at = 0; at < wakeups.length; at += MESSAGES_A_CALL) yield wakeups.slice(at, at + MESSAGES_A_CALL);
}
