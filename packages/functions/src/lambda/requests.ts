import { composeRequests } from "../compose.ts";
import { environment } from "../environment.ts";
import { correlated } from "../handlers/log-fields.ts";
import { requestsHandler } from "../handlers/requests.ts";

const parts = composeRequests(environment("requests", process.env));

export const handler = correlated(parts.log, requestsHandler(parts));
