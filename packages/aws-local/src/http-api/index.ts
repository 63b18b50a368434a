export { createHttpApi, type HttpApiOptions } from "./http-api.ts";
export type { HttpApiLimits } from "./limits.ts";
