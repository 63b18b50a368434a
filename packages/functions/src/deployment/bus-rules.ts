import { SOURCE, workflowEventTypes } from "@callboard/protocol";
import { type BusFunction, eventsOf } from "./own-event-targets.ts";

/** A rule of EventBridge with its one target. */
export interface BusRule {
  /** Callboard's own bus, or the account's default one, where AWS puts its events. */
  readonly bus: "callboard" | "default";
  readonly name: string;
  /** The rule is made only where there are state machines to be told of, or where ServerlessVideo's events are taken. */
  readonly only?: "state-machines" | "serverless-video";
  readonly pattern: object;
  readonly target: BusFunction;
  /** What is left of the event, in the words of `PutTargets`. */
  readonly inputTransformer?: {
    readonly InputPathsMap: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
}

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
      pattern: { "detail-type": workflowEventTypes },
      target: "ingest",
    },
    {
      bus: "callboard",
      name: "request-changed",
      pattern: { source: [SOURCE], "detail-type": eventsOf("ingest") },
      target: "ingest",
    },
    {
      bus: "callboard",
      name: "fan-out",
      pattern: { source: [SOURCE], "detail-type": eventsOf("fanout") },
      target: "fanout",
    },
    {
      bus: "callboard",
      name: "relay",
      pattern: { source: [SOURCE], "detail-type": eventsOf("relay") },
      target: "relay",
    },
    {
      bus: "default",
      name: "execution-ended",
      only: "state-machines",
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
      only: "state-machines",
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
      only: "serverless-video",
      pattern: { source: [{ prefix: "serverlessVideo." }, "aws.ivs"] },
      target: "ingest",
    },
  ];
}
