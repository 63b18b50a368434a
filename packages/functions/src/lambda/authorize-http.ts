import { authorizeEnvironment } from "../authorize-environment.ts";
import { composeAuthorize } from "../compose-authorize.ts";
import { authorizeHttpHandler } from "../handlers/authorize-http.ts";
import { correlated } from "../handlers/log-fields.ts";

const parts = composeAuthorize(authorizeEnvironment(process.env));

export const handler = correlated(parts.log, authorizeHttpHandler(parts));
