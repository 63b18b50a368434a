import { composeRequests } from "../compose.ts";
import { environment } from "../environment.ts";
import { httpRequestsHandler } from "../handlers/answers.ts";
import { correlated } from "../handlers/log-fields.ts";

const parts = composeRequests(environment("requests", process.env));

export const handler = correlated(parts.log, httpRequestsHandler(parts));
