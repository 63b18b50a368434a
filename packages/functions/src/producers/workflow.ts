import { CandidatesProposed, FeedbackClosed, FeedbackRequested, ProgressReported } from "@callboard/protocol";
import type { Producer, Told } from "./producer.ts";
import { readDetail } from "./read-event.ts";

/** What a workflow can say. */
const schemas = {
  "Progress Reported": ProgressReported,
  "Candidates Proposed": CandidatesProposed,
  "Feedback Requested": FeedbackRequested,
  "Feedback Closed": FeedbackClosed,
} as const;

const isType = (type: string): type is keyof typeof schemas => Object.hasOwn(schemas, type);

/** Workflows of whatever source, in Callboard's own four events. */
export const workflow: Producer = {
  bus: "callboard",
  anybody: true,
  rules: () => [{ name: "workflow-events", pattern: { "detail-type": Object.keys(schemas) } }],
  matches: (event) => isType(event["detail-type"]),
  translate(event) {
    const type = event["detail-type"];
    return isType(type) ? ({ type, ...readDetail(schemas[type], event) } as Told) : undefined;
  },
};
