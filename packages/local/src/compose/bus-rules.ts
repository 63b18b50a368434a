import type { Bus } from "../bus/index.ts";

/** The bus's name, as documentation and producers know it. */
export const busName = "callboard";

const account = { region: "us-east-1", accountId: "000000000000" };
export const functionArn = (name: string) =>
  `arn:aws:lambda:${account.region}:${account.accountId}:function:${name}`;
const queueArn = (name: string) => `arn:aws:sqs:${account.region}:${account.accountId}:${name}`;

interface Rule {
  readonly bus: string;
  readonly name: string;
  readonly pattern: object;
  readonly target: string;
  readonly inputTransformer?: { InputPathsMap: Record<string, string>; InputTemplate: string };
}

const workflowEvents = ["Progress Reported", "Candidates Proposed", "Feedback Requested", "Feedback Closed"];

/** How an execution ended or that it runs again, without its input and output, which are nobody's business here. */
const statusChange = {
  InputPathsMap: {
    id: "$.id",
    time: "$.time",
    resources: "$.resources",
    executionArn: "$.detail.executionArn",
    name: "$.detail.name",
    status: "$.detail.status",
    startDate: "$.detail.startDate",
    stopDate: "$.detail.stopDate",
    error: "$.detail.error",
    cause: "$.detail.cause",
    redriveCount: "$.detail.redriveCount",
    redriveDate: "$.detail.redriveDate",
  },
  InputTemplate: `{
  "id": <id>,
  "source": "aws.states",
  "detail-type": "Step Functions Execution Status Change",
  "time": <time>,
  "resources": <resources>,
  "detail": {
    "executionArn": <executionArn>, "name": <name>, "status": <status>,
    "startDate": <startDate>, "stopDate": <stopDate>, "error": <error>, "cause": <cause>,
    "redriveCount": <redriveCount>, "redriveDate": <redriveDate>
  }
}`,
};

/** Which events reach which function. */
function rules(stateMachineArns: readonly string[]): Rule[] {
  return [
    { bus: busName, name: "workflow-events", pattern: { "detail-type": workflowEvents }, target: "ingest" },
    {
      bus: busName,
      name: "request-changed",
      pattern: {
        source: ["callboard"],
        "detail-type": ["Request Changed", "Attention Changed", "Audience Due"],
      },
      target: "ingest",
    },
    {
      bus: busName,
      name: "fan-out",
      pattern: { source: ["callboard"], "detail-type": ["Fan-out Page"] },
      target: "fanout",
    },
    {
      bus: busName,
      name: "relay",
      pattern: { source: ["callboard"], "detail-type": ["Reply Accepted", "Request Due"] },
      target: "relay",
    },
    {
      bus: "default",
      name: "execution-ended",
      pattern: {
        source: ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        detail: { stateMachineArn: stateMachineArns, status: ["FAILED", "TIMED_OUT", "ABORTED"] },
      },
      target: "ingest",
      inputTransformer: statusChange,
    },
    {
      bus: "default",
      name: "execution-redriven",
      pattern: {
        source: ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        detail: {
          stateMachineArn: stateMachineArns,
          status: ["RUNNING", "SUCCEEDED"],
          redriveCount: [{ numeric: [">", 0] }],
        },
      },
      target: "ingest",
      inputTransformer: statusChange,
    },
    {
      bus: "default",
      name: "serverless-video",
      pattern: { source: [{ prefix: "serverlessVideo." }, "aws.ivs"] },
      target: "ingest",
    },
  ];
}

type Operation = (input: object) => Promise<object>;

/** Makes the bus and its rules, each with a dead-letter queue; again is fine. */
export async function putRules(bus: Bus, stateMachineArns: readonly string[]): Promise<void> {
  const call = (name: string, input: object) => (bus.operations[name] as unknown as Operation)(input);
  await call("CreateEventBus", { Name: busName }).catch((cause: Error) => {
    if (cause.name !== "ResourceAlreadyExistsException") throw cause;
  });
  for (const rule of rules(stateMachineArns)) {
    const EventBusName = rule.bus;
    await call("PutRule", { Name: rule.name, EventBusName, EventPattern: JSON.stringify(rule.pattern) });
    await call("PutTargets", {
      Rule: rule.name,
      EventBusName,
      Targets: [
        {
          Id: rule.target,
          Arn: functionArn(rule.target),
          DeadLetterConfig: { Arn: queueArn(`${rule.name}-dead-letters`) },
          ...(rule.inputTransformer ? { InputTransformer: rule.inputTransformer } : {}),
        },
      ],
    });
  }
}
