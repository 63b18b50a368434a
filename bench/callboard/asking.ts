import { setTimeout as pause } from "node:timers/promises";
import { CreateStateMachineCommand, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { Aws } from "../../tests/e2e/aws.ts";

/** A state machine that asks Ana one thing about the subject of its input and ends with her answer. */
export interface Asking {
  /** Starts an execution; resolves with its ARN. */
  ask(subject: string): Promise<string>;
  /** When the execution went on with an answer, in milliseconds since the epoch; waits for it. */
  wentOn(executionArn: string): Promise<number>;
}

/** Seldom, since each look is work for the service that is measured. */
const lookEveryMs = 100;
const mostLooks = 1200;

/** Makes the state machine. */
export async function createAsking({ sfn, history }: Aws): Promise<Asking> {
  const Detail = {
    subject: "{% $states.input.subject %}",
    thread: "title",
    round: 1,
    taskToken: "{% $states.context.Task.Token %}",
    execution: "{% $states.context.Execution.Id %}",
    timeoutSeconds: 600,
    prompt: "Which one?",
    verbs: ["pick", "reject"],
    candidates: [
      { id: "left", title: "Left" },
      { id: "right", title: "Right" },
    ],
    assignees: ["user/ana"],
  };
  const Ask = {
    Type: "Task",
    Resource: "arn:aws:states:::events:putEvents.waitForTaskToken",
    TimeoutSeconds: 600,
    Arguments: {
      Entries: [{ EventBusName: "callboard", Source: "bench", DetailType: "Feedback Requested", Detail }],
    },
    End: true,
  };
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({
      name: "bench-asking",
      definition: JSON.stringify({ QueryLanguage: "JSONata", StartAt: "Ask", States: { Ask } }),
      roleArn: "arn:aws:iam::000000000000:role/bench",
    }),
  );
  return {
    async ask(subject) {
      const input = JSON.stringify({ subject });
      const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input }));
      return executionArn!;
    },
    async wentOn(executionArn) {
      for (let looks = 0; looks < mostLooks; looks++) {
        await pause(lookEveryMs);
        const exit = (await history(executionArn)).find(({ type }) => type === "TaskStateExited");
        if (exit) return exit.timestamp!.getTime();
      }
      throw new Error("an execution does not go on");
    },
  };
}
