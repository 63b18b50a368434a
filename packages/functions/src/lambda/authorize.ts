import { composeAuthorize } from "../compose-authorize.ts";
import { environment } from "../environment.ts";
import { authorizeHandler } from "../handlers/authorize.ts";

export const handler = authorizeHandler(composeAuthorize(environment("authorize", process.env)));
