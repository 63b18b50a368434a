import { setTimeout as pause } from "node:timers/promises";
import { createAskingMachine, startOn } from "../../tests/e2e/asking.ts";
import type { Aws } from "../../tests/e2e/aws.ts";

/** A state machine that asks Ana one thing about the subject of its input and ends with her answer. */
export interface Asking {
  /** Starts an execution; resolves with its ARN. */
  ask(subject: string): Promise<string>;
  /** Waits until the execution continues with an answer; returns when, in milliseconds since the epoch. */
  wentOn(executionArn: string, pollEveryMs?: number): Promise<number>;
}

/** A long interval, since each poll is work for the service that is measured. */
const SELDOM_MS = 100;
const PATIENCE_MS = 120_000;

/** Makes the state machine. */
export async function createAsking(aws: Aws): Promise<Asking> {
  const stateMachineArn = await createAskingMachine(aws, "bench-asking", {
    question: { assignees: ["user/ana"] },
    source: "bench",
  });
  return {
    ask: (subject) => startOn(aws, stateMachineArn, subject),
    async wentOn(executionArn, pollEveryMs = SELDOM_MS) {
      for (let polls = 0; polls < PATIENCE_MS / pollEveryMs; polls++) {
        await pause(pollEveryMs);
        const exit = (await aws.history(executionArn)).find(({ type }) => type === "TaskStateExited");
        if (exit) return exit.timestamp!.getTime();
      }
      throw new Error("an execution does not go on");
    },
  };
}
