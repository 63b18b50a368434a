export type { Letter } from "./queue.ts";
export { createSqs, type Sqs, type SqsOptions } from "./sqs.ts";
