import { type WorkflowEventType, workflowEvents, workflowEventTypes } from "@callboard/protocol";
import type { Meaning, Producer } from "./producer.ts";
import { readDetail } from "./read-event.ts";

const isType = (type: string): type is WorkflowEventType => Object.hasOwn(workflowEvents, type);

/** Workflows of any source, with Callboard's own four events. */
export const workflow: Producer = {
  bus: "callboard",
  rules: () => [{ name: "workflow-events", pattern: { "detail-type": workflowEventTypes } }],
  matches: (event) => isType(event["detail-type"]),
  translate(event) {
    const type = event["detail-type"];
    return isType(type) ? [{ type, ...readDetail(workflowEvents[type], event) } as Meaning] : [];
  },
};
