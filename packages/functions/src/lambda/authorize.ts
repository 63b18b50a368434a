import { composeAuthorize } from "../compose-authorize.ts";
import { environment } from "../environment.ts";
import { authorizeHandler } from "../handlers/authorize.ts";
import { correlated } from "../handlers/log-fields.ts";

const parts = composeAuthorize(environment("authorize", process.env));

export const handler = correlated(parts.log, authorizeHandler(parts));
