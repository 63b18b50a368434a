// By these a test changes any key, as no use case does.
export { propose, version } from "../channel/change.ts";
export * from "./heads.ts";
export type { Delivery } from "./memory-push.ts";
export * from "./memory-stage.ts";
export { runs } from "./runs.ts";
