import { composeAuthorize } from "../compose-authorize.ts";
import { environment } from "../environment.ts";
import { authorizeHttpHandler } from "../handlers/authorize-http.ts";

export const handler = authorizeHttpHandler(composeAuthorize(environment("authorize", process.env)));
