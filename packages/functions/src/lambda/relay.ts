import { composeRelay } from "../compose.ts";
import { environment } from "../environment.ts";
import { correlated } from "../handlers/log-fields.ts";
import { relayHandler } from "../handlers/relay.ts";

const parts = composeRelay(environment("relay", process.env));

export const handler = correlated(parts.log, relayHandler(parts));
