import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import type { Item } from "@callboard/client";
import { itemsOf } from "@callboard/core/testing/heads.ts";
import type { Channel, Subject } from "@callboard/protocol";
import type { Aws } from "../e2e/aws.ts";
import type { Producers } from "./producers.ts";
import { numberOf } from "./story.ts";

/** Acknowledged data that are missing, in words: the last report of each step, and executions. */
export async function lostOf({ reported, started }: Producers, aws: Aws): Promise<string[]> {
  const lost: string[] = [];
  const stepsOf = new Map<Subject, [step: string, count: number][]>();
  for (const [key, count] of reported) {
    const [subject, step] = key.split(" ") as [Subject, string];
    stepsOf.set(subject, [...(stepsOf.get(subject) ?? []), [step, count]]);
  }
  for (const [subject, steps] of stepsOf) {
    const channel: Channel = `watch:${subject}`;
    const items = new Map((await itemsOf(aws.stores, channel)).map((item) => [item.key, item as Item]));
    for (const [step, count] of steps) {
      const item = items.get(`step/-/${step}`);
      const kept = item && item.value !== null ? numberOf(channel, item) : undefined;
      if (kept !== count - 1) lost.push(`${subject} ${step}: ${count - 1} was taken, and ${kept} is kept`);
    }
  }
  for (const executionArn of started)
    await aws.sfn.send(new DescribeExecutionCommand({ executionArn })).catch((cause: Error) => {
      lost.push(`${executionArn}: ${cause.message}`);
    });
  return lost;
}
