export * from "../lifecycle.ts";
export { durationLimitPlugin } from "./duration-limit.ts";
export { titlePlugin } from "./title-and-description.ts";
