export { detailsOf, type HistoryEvent } from "./history.ts";
export {
  type Integration,
  type IntegrationCall,
  type Integrations,
  NotServed,
  type Pattern,
  TaskFailure,
} from "./integration.ts";
export { spareExecution } from "./rows.ts";
export { createStates, type States, type StatesOptions } from "./states.ts";
export type { StatusChangeEvent } from "./status-change.ts";
