import { composeRequests } from "../compose.ts";
import { environment } from "../environment.ts";
import { requestsHandler } from "../handlers/requests.ts";

export const handler = requestsHandler(composeRequests(environment("requests", process.env)));
