export { createEventSourceMappings, type EventSourceMappings } from "./event-source-mappings.ts";
export type { QueueMessage as Letter } from "./queue.ts";
export { createSqs, type Mapping, type Sqs, type SqsOptions } from "./sqs.ts";
export type { StandardQueueSettings } from "./standard-queue.ts";
