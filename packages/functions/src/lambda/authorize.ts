import { authorizeEnvironment } from "../authorize-environment.ts";
import { composeAuthorize } from "../compose-authorize.ts";
import { authorizeHandler } from "../handlers/authorize.ts";
import { correlated } from "../handlers/log-fields.ts";

const parts = composeAuthorize(authorizeEnvironment(process.env));

export const handler = correlated(parts.log, authorizeHandler(parts));
