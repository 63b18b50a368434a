export type { Letter } from "./queue.ts";
export { createSqs, type Mapping, type Sqs, type SqsOptions } from "./sqs.ts";
export type { StandardQueueSettings } from "./standard-queue.ts";
