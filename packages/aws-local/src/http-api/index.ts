export type { HttpCors } from "./cors.ts";
export { createHttpApi, type HttpApiOptions, type HttpApiRoute } from "./http-api.ts";
export type { HttpApiLimits } from "./limits.ts";
