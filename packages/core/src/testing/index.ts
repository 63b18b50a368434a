// With these a test can change any key, which no use case does.
export { propose, version } from "../channel/change.ts";
export * from "./heads.ts";
export type { Delivery } from "./memory-push.ts";
export * from "./memory-stage.ts";
export { runs } from "./runs.ts";
