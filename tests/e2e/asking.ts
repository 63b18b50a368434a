import { CreateStateMachineCommand, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { Aws } from "./aws.ts";

/** A question that leaves everything open that a test does not say. */
const question = {
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
};

/** Starts so many executions that ask Ana and Bob one thing, and end with the answer; returns their ARNs. */
export const ask = (aws: Aws, count: number): Promise<string[]> =>
  startAsking(
    aws,
    "asking",
    Array.from({ length: count }, (_, n) => `video/v_asked${n}`),
  );

/** Starts an execution for each subject that asks about it, in the words of `asked`; returns their ARNs. */
export async function startAsking(
  { sfn }: Aws,
  name: string,
  subjects: readonly string[],
  asked: Partial<Record<keyof typeof question, unknown>> = {},
  end: { Output?: string } = {},
): Promise<string[]> {
  const Detail = { ...question, ...asked, subject: "{% $states.input.subject %}" };
  const Entries = [{ EventBusName: "callboard", Source: "e2e", DetailType: "Feedback Requested", Detail }];
  const state = {
    Type: "Task",
    Resource: "arn:aws:states:::events:putEvents.waitForTaskToken",
    TimeoutSeconds: 600,
    Arguments: { Entries },
    ...end,
    End: true,
  };
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({
      name,
      definition: JSON.stringify({ QueryLanguage: "JSONata", StartAt: "Ask", States: { Ask: state } }),
      roleArn: `arn:aws:iam::000000000000:role/${name}`,
    }),
  );
  const started = subjects.map((subject) =>
    sfn.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify({ subject }) })),
  );
  return (await Promise.all(started)).map(({ executionArn }) => executionArn!);
}
