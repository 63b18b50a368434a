import { composeRequests } from "../compose.ts";
import { requestsVariables } from "../environment.ts";
import { httpRequestsHandler } from "../handlers/answers.ts";
import { correlated } from "../handlers/log-fields.ts";
import { readVariables } from "../variables.ts";

const parts = composeRequests(readVariables("requests", requestsVariables(), process.env));

export const handler = correlated(parts.log, httpRequestsHandler(parts));
