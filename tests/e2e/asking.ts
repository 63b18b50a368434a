import { CreateStateMachineCommand, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { Aws } from "./aws.ts";

/** A workflow that asks Ana and Bob one thing, and ends with the answer. */
const asking = {
  QueryLanguage: "JSONata",
  StartAt: "Ask",
  States: {
    Ask: {
      Type: "Task",
      Resource: "arn:aws:states:::events:putEvents.waitForTaskToken",
      TimeoutSeconds: 600,
      Arguments: {
        Entries: [
          {
            EventBusName: "callboard",
            Source: "e2e",
            DetailType: "Feedback Requested",
            Detail: {
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
              assignees: ["user/ana", "user/bob"],
            },
          },
        ],
      },
      End: true,
    },
  },
};

/** Starts so many executions that ask; returns their ARNs. */
export async function ask({ sfn }: Aws, count: number): Promise<string[]> {
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({
      name: "asking",
      definition: JSON.stringify(asking),
      roleArn: "arn:aws:iam::000000000000:role/asking",
    }),
  );
  const started = Array.from({ length: count }, (_, n) =>
    sfn.send(
      new StartExecutionCommand({ stateMachineArn, input: JSON.stringify({ subject: `video/v_asked${n}` }) }),
    ),
  );
  return (await Promise.all(started)).map(({ executionArn }) => executionArn!);
}
