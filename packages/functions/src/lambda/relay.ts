import { composeRelay } from "../compose.ts";
import { relayVariables } from "../environment.ts";
import { correlated } from "../handlers/log-fields.ts";
import { relayHandler } from "../handlers/relay.ts";
import { readVariables } from "../variables.ts";

const parts = composeRelay(readVariables("relay", relayVariables(), process.env));

export const handler = correlated(parts.log, relayHandler(parts));
