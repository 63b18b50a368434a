import type { RecordedAnswer, RecordedCall } from "../../testing/recorded-service.ts";

type Ending = { readonly type: string; readonly output?: string };

interface Wait {
  readonly execution: string;
  readonly taskToken: string;
  readonly timeoutAt: number;
  readonly heartbeatMs: number | undefined;
  beatAt: number;
  end?: Ending;
}

/** The part of Step Functions that the relay uses: waits that end once, and histories that show how. */
export function fakeStepFunctions(now: () => number) {
  const waits: Wait[] = [];
  const ended = new Set<string>();
  /** How many of the next results take effect (if they can) but are answered with 500. */
  let losing = 0;

  /** The current state of a wait: it may have timed out. */
  function waitOf(taskToken: string): Wait | undefined {
    const wait = waits.find((one) => one.taskToken === taskToken);
    if (!wait || wait.end) return wait;
    const missedBeat = wait.heartbeatMs !== undefined && now() >= wait.beatAt + wait.heartbeatMs;
    if (now() >= wait.timeoutAt || missedBeat) wait.end = { type: "TaskTimedOut" };
    return wait;
  }

  const missing: RecordedAnswer = { error: "TaskDoesNotExist" };

  function succeed({ taskToken, output }: { taskToken: string; output: string }): RecordedAnswer {
    const wait = waitOf(taskToken);
    if (!wait) return missing;
    const late = wait.end !== undefined;
    if (!late) wait.end = { type: "TaskSucceeded", output };
    if (losing > 0) {
      losing--;
      return { status: 500, error: "InternalFailure" };
    }
    return late ? { error: "TaskTimedOut" } : {};
  }

  function heartbeat({ taskToken }: { taskToken: string }): RecordedAnswer {
    const wait = waitOf(taskToken);
    if (!wait) return missing;
    if (wait.end) return { error: "TaskTimedOut" };
    wait.beatAt = now();
    return {};
  }

  /** The newest event first. */
  function history({ executionArn }: { executionArn: string }): RecordedAnswer {
    const events: object[] = [{ id: 1, type: "ExecutionStarted" }];
    for (const { taskToken } of waits.filter(({ execution }) => execution === executionArn)) {
      const { end } = waitOf(taskToken)!;
      const add = (type: string, more: object = {}) =>
        events.push({ id: events.length + 1, previousEventId: events.length, type, ...more });
      const parameters = JSON.stringify({ Entries: [{ Detail: { taskToken } }] });
      add("TaskScheduled", {
        taskScheduledEventDetails: { resourceType: "events", resource: "putEvents", region: "-", parameters },
      });
      add("TaskStarted");
      add("TaskSubmitted");
      if (end) add(end.type, end.output === undefined ? {} : { taskSucceededEventDetails: end });
    }
    if (ended.has(executionArn)) events.push({ id: events.length + 1, type: "ExecutionFailed" });
    return { body: { events: events.reverse() } };
  }

  return {
    /** A state starts to wait. */
    wait(given: { execution: string; taskToken: string; timeoutMs: number; heartbeatMs?: number }): void {
      const { execution, taskToken, timeoutMs, heartbeatMs } = given;
      if (waits.some((wait) => wait.taskToken === taskToken)) return;
      waits.push({ execution, taskToken, timeoutAt: now() + timeoutMs, heartbeatMs, beatAt: now() });
    },
    /** A wait ends without an event on the bus, for example by a caught timeout. */
    endWait(taskToken: string): void {
      const wait = waitOf(taskToken);
      if (wait && !wait.end) wait.end = { type: "TaskStateAborted" };
    },
    endExecution(execution: string): void {
      ended.add(execution);
      for (const wait of waits.filter((one) => one.execution === execution))
        wait.end ??= { type: "TaskStateAborted" };
    },
    loseAnswers(count: number): void {
      losing = Math.max(losing, count);
    },
    isOpen: (taskToken: string): boolean => waitOf(taskToken)?.end === undefined,
    /** The result of a wait; a wait ends once. */
    resultOf(taskToken: string): { replyId: string; [field: string]: unknown } | undefined {
      const output = waitOf(taskToken)?.end?.output;
      return output === undefined ? undefined : JSON.parse(output);
    },
    answer({ operation, body }: RecordedCall): RecordedAnswer {
      const input = JSON.parse(body);
      switch (operation) {
        case "SendTaskSuccess":
          return succeed(input);
        case "SendTaskHeartbeat":
          return heartbeat(input);
        case "GetExecutionHistory":
          return history(input);
      }
      throw new Error(`Step Functions was asked for ${operation}`);
    },
  };
}

export type FakeStepFunctions = ReturnType<typeof fakeStepFunctions>;
