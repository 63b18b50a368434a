import { ExecutionStatusChanged } from "@callboard/protocol";
import type { Producer } from "./producer.ts";
import { readDetail } from "./read-event.ts";

const SOURCE = "aws.states";
const STATUS_CHANGE = "Step Functions Execution Status Change";

/** How an execution ended or that it was redriven, without its input and output, which are private. */
const inputTransformer = {
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
  "source": "${SOURCE}",
  "detail-type": "${STATUS_CHANGE}",
  "time": <time>,
  "resources": <resources>,
  "detail": {
    "executionArn": <executionArn>, "name": <name>, "status": <status>,
    "startDate": <startDate>, "stopDate": <stopDate>, "error": <error>, "cause": <cause>,
    "redriveCount": <redriveCount>, "redriveDate": <redriveDate>
  }
}`,
};

/** Step Functions: an execution that Callboard follows has ended, or was redriven. */
export const stepFunctions: Producer = {
  bus: "default",
  rules(watched) {
    const rule = (name: string, detail: object) => ({
      name,
      only: "state-machines" as const,
      pattern: {
        source: [SOURCE],
        "detail-type": [STATUS_CHANGE],
        detail: { ...(watched === "all" ? {} : { stateMachineArn: watched }), ...detail },
      },
      inputTransformer,
    });
    return [
      rule("execution-ended", { status: ["FAILED", "TIMED_OUT", "ABORTED"] }),
      rule("execution-redriven", {
        status: ["RUNNING", "SUCCEEDED"],
        redriveCount: [{ numeric: [">", 0] }],
      }),
    ];
  },
  matches: ({ source }) => source === SOURCE,
  translate(event) {
    if (event["detail-type"] !== STATUS_CHANGE) return [];
    // AWS's event has more fields than Callboard reads: they are not counted.
    return [{ type: "Execution Status Changed", detail: readDetail(ExecutionStatusChanged, event).detail }];
  },
};
