import { wakeupsQueue } from "@callboard/functions/deployment";
import type { Code } from "./code.ts";
import { longestName, type Names } from "./names.ts";
import type { Statement } from "./permissions.ts";

/** The queue of wake-up messages for the clock; failed messages go to the same queue as other functions' failures. */
export const wakeups = (
  { inStack, stageName }: Names,
  { longestSeconds }: Code,
  failed: aws.sqs.Queue,
): aws.sqs.Queue =>
  new aws.sqs.Queue(inStack("Wakeups"), {
    name: stageName(longestName.queue, "Wakeups"),
    visibilityTimeoutSeconds: longestSeconds(wakeupsQueue.visibilityTimeoutSeconds),
    messageRetentionSeconds: wakeupsQueue.messageRetentionSeconds,
    sqsManagedSseEnabled: true,
    redrivePolicy: $util.jsonStringify({
      deadLetterTargetArn: failed.arn,
      maxReceiveCount: wakeupsQueue.maxReceiveCount,
    }),
  });

/** What Lambda does with the clock's role when it reads the queue. */
export const mayReceive = (queue: aws.sqs.Queue): Statement => ({
  actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
  resources: [queue.arn],
});

/** Messages reach the clock as soon as their delay is over; those that it failed on come again. */
export function clockMessages({ inStack }: Names, clock: sst.aws.Function, queue: aws.sqs.Queue): void {
  new aws.lambda.EventSourceMapping(inStack("ClockMessages"), {
    eventSourceArn: queue.arn,
    functionName: clock.name,
    batchSize: wakeupsQueue.batchSize,
    maximumBatchingWindowInSeconds: 0,
    functionResponseTypes: ["ReportBatchItemFailures"],
  });
}

/** Each minute, at most once: the next poll is always near, so polls are not retried. */
export function clockSchedule({ inStack }: Names, clock: sst.aws.Function, deadLetters: aws.sqs.Queue): void {
  const role = new aws.iam.Role(inStack("ClockScheduleRole"), {
    assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "scheduler.amazonaws.com" }),
    inlinePolicies: [
      {
        name: "inline",
        policy: aws.iam.getPolicyDocumentOutput({
          statements: [
            { effect: "Allow", actions: ["lambda:InvokeFunction"], resources: [clock.arn] },
            { effect: "Allow", actions: ["sqs:SendMessage"], resources: [deadLetters.arn] },
          ],
        }).json,
      },
    ],
  });
  new aws.scheduler.Schedule(inStack("ClockSchedule"), {
    scheduleExpression: "rate(1 minute)",
    flexibleTimeWindow: { mode: "OFF" },
    target: {
      arn: clock.arn,
      roleArn: role.arn,
      retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
      deadLetterConfig: { arn: deadLetters.arn },
    },
  });
}
