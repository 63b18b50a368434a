import {
  CreateStateMachineCommand,
  RedriveExecutionCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, it } from "vitest";
import { until } from "./people.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const put = (type: string, detail: object, more: object, pattern = "") => ({
  Type: "Task",
  Resource: `arn:aws:states:::events:putEvents${pattern}`,
  Arguments: {
    Entries: [
      {
        EventBusName: "callboard",
        Source: "newsroom",
        DetailType: type,
        Detail: { subject: "{% $states.context.Execution.Input.subject %}", ...detail },
      },
    ],
  },
  ...more,
});

const reported = put(
  "Progress Reported",
  { step: "headline", state: "started", at: "{% $states.context.State.EnteredTime %}" },
  { Next: "Work" },
);
const question = {
  thread: "headline",
  round: 1,
  order: "{% [$states.context.Execution.RedriveCount, 1, 0] %}",
  taskToken: "{% $states.context.Task.Token %}",
  prompt: "Which one?",
  verbs: ["approve"],
  assignees: ["user/ana"],
};

/** A question in parallel to a state that waits, fails or continues. */
const asking = (beside: Record<string, object>) => ({
  Type: "Parallel",
  Branches: [
    {
      StartAt: "Ask",
      States: { Ask: put("Feedback Requested", question, { End: true }, ".waitForTaskToken") },
    },
    { StartAt: Object.keys(beside)[0], States: beside },
  ],
  End: true,
});

/** Creates a state machine at the AWS endpoint, starts it, and follows its channels. */
async function begin(name: string, beside: Record<string, object>, more: object = {}) {
  const definition = {
    QueryLanguage: "JSONata",
    ...more,
    StartAt: "Report",
    States: { Report: reported, Work: asking(beside) },
  };
  const { sfn } = stage.aws;
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({
      name,
      definition: JSON.stringify(definition),
      roleArn: "arn:aws:iam::000000000000:role/newsroom",
    }),
  );
  const subject = `article/${name}` as const;
  const input = JSON.stringify({ subject });
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, name: "run", input }));
  const view = stage.person("eva", "creator").channel(`work:${subject}`);
  return {
    executionArn,
    /** Resolves once the run, its step and its questions have these states, the oldest question first. */
    stands: (...wished: readonly string[]) =>
      until(view, ({ items }) => {
        const values = [...items.values()]
          .filter(({ value }) => value !== null)
          .map(({ key, value }) => ({
            key,
            ...(value as { state?: string; reason?: string; askedAt?: number }),
          }));
        const told = ["execution/", "step/", "request/"].flatMap((kind) =>
          values
            .filter(({ key }) => key.startsWith(kind))
            .sort((a, b) => (a.askedAt ?? 0) - (b.askedAt ?? 0))
            .map(({ state, reason }) => (reason ? `${state}: ${reason}` : state)),
        );
        return JSON.stringify(told) === JSON.stringify(wished);
      }),
  };
}

const waits = { Wait: { Type: "Wait", Seconds: 3600, End: true } };
const fails = {
  Soon: { Type: "Wait", Seconds: 1, Next: "Fails" },
  Fails: { Type: "Fail", Error: "NoPaper", Cause: "The paper is out." },
};

it("withdraws the question of a stopped execution of any state machine, and shows its end", async () => {
  const { executionArn, stands } = await begin("stopped", waits);
  await stands("running", "started", "open");
  await stage.aws.sfn.send(new StopExecutionCommand({ executionArn }));
  await stands("aborted", "failed", "withdrawn: execution_aborted");
});

it("does so of an execution that runs out of time", async () => {
  const { stands } = await begin("late", waits, { TimeoutSeconds: 2 });
  await stands("timed_out", "failed", "withdrawn: execution_timed_out");
});

it("does so of an execution that fails, and again when it fails after a redrive", async () => {
  const { executionArn, stands } = await begin("failing", fails);
  const failed = "withdrawn: execution_failed";
  await stands("failed", "failed", failed);
  await stage.aws.sfn.send(new RedriveExecutionCommand({ executionArn }));
  await stands("running", "started", failed, "open");
  await stands("failed", "failed", failed, failed);
});
