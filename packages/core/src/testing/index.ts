// By these a test changes any key, as no use case does.
export { propose, version } from "../channel/decide-change.ts";
export { publish } from "../channel/publish.ts";
export type { Delivery } from "./memory-push.ts";
export * from "./memory-stage.ts";
