import { composePlugins } from "../compose-plugins.ts";
import { pluginsVariables } from "../environment.ts";
import { correlated } from "../handlers/log-fields.ts";
import { pluginsHandler } from "../handlers/plugins.ts";
import { readVariables } from "../variables.ts";

const parts = composePlugins(readVariables("plugins", pluginsVariables(), process.env));

export const handler = correlated(parts.log, pluginsHandler(parts));
