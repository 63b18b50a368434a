import { CreateStateMachineCommand, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { Aws } from "./aws.ts";

/** A question with default fields, which a test may replace. */
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

/** Starts this many executions that ask Ana and Bob the same, and end with the answer; returns their ARNs. */
export const ask = (aws: Aws, count: number): Promise<string[]> =>
  startAsking(
    aws,
    "asking",
    Array.from({ length: count }, (_, n) => `video/v_asked${n}`),
  );

/** What a machine asks: fields that replace those above, the source of its events, and its result. */
interface Asked {
  readonly question?: Partial<Record<keyof typeof question | "schema" | "notifyAfterSeconds", unknown>>;
  readonly source?: string;
  /** How long the state waits. Default: 600. */
  readonly waitSeconds?: number;
  readonly end?: { Output?: string };
}

/** Makes a state machine that asks about the subject of its input and ends with the answer; returns its ARN. */
export async function createAskingMachine(
  { sfn }: Pick<Aws, "sfn">,
  name: string,
  { question: asked = {}, source = "e2e", waitSeconds = 600, end = {} }: Asked = {},
): Promise<string> {
  const Detail = { ...question, ...asked, subject: "{% $states.input.subject %}" };
  const Entries = [{ EventBusName: "callboard", Source: source, DetailType: "Feedback Requested", Detail }];
  const state = {
    Type: "Task",
    Resource: "arn:aws:states:::events:putEvents.waitForTaskToken",
    TimeoutSeconds: waitSeconds,
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
  return stateMachineArn!;
}

/** Starts an execution for each subject that asks about it, with the fields of `asked`; returns their ARNs. */
export async function startAsking(
  aws: Aws,
  name: string,
  subjects: readonly string[],
  asked: Asked["question"] = {},
  end: Asked["end"] = {},
): Promise<string[]> {
  const stateMachineArn = await createAskingMachine(aws, name, { question: asked, end });
  return Promise.all(subjects.map((subject) => startOn(aws, stateMachineArn, subject)));
}

/** Starts one execution of such a machine about a subject; returns its ARN. */
export async function startOn(
  { sfn }: Pick<Aws, "sfn">,
  stateMachineArn: string,
  subject: string,
): Promise<string> {
  const input = JSON.stringify({ subject });
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input }));
  return executionArn!;
}
