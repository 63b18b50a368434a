import type { FunctionName } from "../environment.ts";

/** A rule of EventBridge with its one target. */
export interface BusRule {
  /** Callboard's own bus, or the account's default one, where AWS puts its events. */
  readonly bus: "callboard" | "default";
  readonly name: string;
  readonly pattern: object;
  readonly target: FunctionName;
  /** What is left of the event, in the words of `PutTargets`. */
  readonly inputTransformer?: {
    readonly InputPathsMap: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
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

/**
 * Which events reach which function. `stateMachineArns` are the state machines whose executions Callboard is told of.
 */
export function busRules(stateMachineArns: readonly string[]): BusRule[] {
  return [
    {
      bus: "callboard",
      name: "workflow-events",
      pattern: { "detail-type": workflowEvents },
      target: "ingest",
    },
    {
      bus: "callboard",
      name: "request-changed",
      pattern: {
        source: ["callboard"],
        "detail-type": ["Request Changed", "Attention Changed", "Audience Due"],
      },
      target: "ingest",
    },
    {
      bus: "callboard",
      name: "fan-out",
      pattern: { source: ["callboard"], "detail-type": ["Fan-out Page"] },
      target: "fanout",
    },
    {
      bus: "callboard",
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
