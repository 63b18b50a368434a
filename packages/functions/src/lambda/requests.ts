import { composeRequests } from "../compose.ts";
import { environment } from "../environment.ts";
import { answersHandler, isOpen } from "../handlers/answers.ts";
import { correlated } from "../handlers/log-fields.ts";
import { requestsHandler } from "../handlers/requests.ts";
import type { HttpEvent } from "../http/http-handler.ts";

const parts = composeRequests(environment("requests", process.env));

const signedIn = requestsHandler(parts);
const withToken = answersHandler(parts);

export const handler = correlated(parts.log, (event: HttpEvent) =>
  isOpen(event) ? withToken(event) : signedIn(event),
);
